/** How long a task without any check must run before it counts as healthy. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html}. */
export const HEALTHY_WITHOUT_CHECKS_MS = 40_000;

/** `healthCheckGracePeriodSeconds` in milliseconds: the API's default, and what AWS CDK sets with a load balancer. Documented. */
export const HEALTH_CHECK_GRACE_PERIOD_MS = { default: 0, cdkWithLoadBalancer: 60_000 } as const;

/** What is known of a task's health; a check that the service does not have is undefined. */
export interface TaskHealthInput {
  /** When it reached RUNNING; undefined before. */
  readonly runningSince: number | undefined;
  readonly containerHealth?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | undefined;
  readonly targetState?:
    | 'initial'
    | 'healthy'
    | 'unhealthy'
    | 'unused'
    | 'draining'
    | 'unavailable'
    | undefined;
}

/**
 * Whether a task counts as healthy in a deployment: with a load balancer when its target is healthy (and the container,
 * if it has a check); with a container check when that is HEALTHY; with neither 40 s after RUNNING.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function taskCountsAsHealthy(task: TaskHealthInput, now: number): boolean {
  const { runningSince, containerHealth, targetState } = task;
  if (runningSince === undefined) return false;
  if (containerHealth === undefined && targetState === undefined) {
    return now - runningSince >= HEALTHY_WITHOUT_CHECKS_MS;
  }
  return (
    (containerHealth === undefined || containerHealth === 'HEALTHY') &&
    (targetState === undefined || targetState === 'healthy' || targetState === 'unavailable')
  );
}

/** Whether a task is to be replaced as unhealthy: a check failed and its grace period after RUNNING is over. */
export function taskIsReplaced(task: TaskHealthInput, gracePeriodMs: number, now: number): boolean {
  if (task.runningSince === undefined || now - task.runningSince < gracePeriodMs) return false;
  return task.containerHealth === 'UNHEALTHY' || task.targetState === 'unhealthy';
}
