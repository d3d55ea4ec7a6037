/**
 * Where a task stands, in ECS's own words.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export type TaskState =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Where a target stands, in the load balancer's words. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

/** Where a deployment stands, in ECS's words (`rolloutState`, with the rollback told apart). */
export type DeploymentState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'ROLLING_BACK' | 'ROLLED_BACK';

/** Where a store stands. */
export type StoreState = 'starting' | 'running' | 'slow' | 'stopping' | 'stopped' | 'failed';

/** Where the engine stands: ready once every service answers through the router. */
export type EngineState = 'starting' | 'ready' | 'degraded' | 'stopping';

/** An alarm's state, in CloudWatch's words. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
