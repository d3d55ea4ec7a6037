/**
 * How ECS, the Application Load Balancer, Application Auto Scaling and CloudWatch behave, as pure functions over plain
 * values. Time is a number in milliseconds and always a parameter; so is randomness. Documented behaviour is exact;
 * what is only observed or inferred sits behind an exported constant that says so.
 */

export type {
  AlarmComparison,
  AlarmEvaluation,
  AlarmSettings,
  AlarmStateValue,
  MissingDataTreatment,
} from './cloudwatch/alarm.ts';
export {
  alarmEvaluationIntervalMs,
  alarmProblem,
  EVALUATION_RANGE_EXTRA_PERIODS,
  evaluateAlarm,
  evaluationRange,
  isBreaching,
} from './cloudwatch/alarm.ts';
export type { AlarmInput, AlarmState, AlarmStep } from './cloudwatch/alarm-actions.ts';
export {
  ALARM_MAX_ACTIONS_PER_STATE,
  AUTO_SCALING_ACTION_REPEAT_MS,
  initialAlarmState,
  stepAlarm,
} from './cloudwatch/alarm-actions.ts';
export type { Datapoint, WindowOptions } from './cloudwatch/datapoint.ts';
export { datapointWindow } from './cloudwatch/datapoint.ts';
export type { AggregateOptions, Sample, Statistic } from './cloudwatch/statistics.ts';
export {
  aggregateSamples,
  ECS_CPU_UTILIZATION_MAX,
  ECS_UTILIZATION_SAMPLE_MS,
  percentile,
  serviceCpuUtilization,
  statisticOf,
} from './cloudwatch/statistics.ts';
export type {
  CircuitBreakerSettings,
  CircuitBreakerState,
  DeploymentTaskEvent,
  FailedDeploymentOutcome,
  PastDeployment,
  ThresholdConfiguration,
} from './deployments/circuit-breaker.ts';
export {
  CIRCUIT_BREAKER_BOUNDS,
  CIRCUIT_BREAKER_DEFAULTS,
  CIRCUIT_BREAKER_START,
  circuitBreakerThreshold,
  EXITED_TASKS_COUNT,
  failedDeploymentOutcome,
  rollbackTarget,
  stepCircuitBreaker,
} from './deployments/circuit-breaker.ts';
export type { AlarmStates, DeploymentAlarmState } from './deployments/deployment-alarms.ts';
export {
  ALARM_BAKE_TIME_MS,
  bakeTimeOver,
  startDeploymentAlarms,
  stepDeploymentAlarms,
} from './deployments/deployment-alarms.ts';
export type {
  ReplacementInput,
  ReplacementStep,
  RollingInput,
  RollingLimits,
  RollingStep,
} from './deployments/rolling.ts';
export {
  nextReplacement,
  nextRollingStep,
  ROLLING_DEFAULTS,
  rollingDeadlock,
  rollingLimits,
} from './deployments/rolling.ts';
export type { TaskHealthInput } from './deployments/task-counts-as-healthy.ts';
export {
  HEALTH_CHECK_GRACE_PERIOD_MS,
  HEALTHY_WITHOUT_CHECKS_MS,
  taskCountsAsHealthy,
  taskIsReplaced,
} from './deployments/task-counts-as-healthy.ts';
export type { TrafficStep, TrafficStrategy } from './deployments/traffic-plan.ts';
export { TRAFFIC_STRATEGY_LIMITS, trafficSteps, trafficStrategyProblem } from './deployments/traffic-plan.ts';
export type {
  DeploymentStage,
  TrafficShiftInput,
  TrafficShiftState,
  TrafficShiftWants,
} from './deployments/traffic-shift.ts';
export {
  DEPLOYMENT_STAGES,
  DEPLOYMENT_TIME_LIMITS,
  HOOK_STAGES,
  nextTrafficShiftAt,
  startTrafficShift,
  stepTrafficShift,
  trafficShiftWants,
} from './deployments/traffic-shift.ts';
export type { TtlState } from './dynamodb/time-to-live.ts';
export { TTL_OLDEST_SECONDS, ttlDeletionDue, ttlState } from './dynamodb/time-to-live.ts';
export type {
  ContainerHealth,
  ContainerHealthCheck,
  ContainerHealthStatus,
} from './fargate/container-health.ts';
export {
  applyContainerCheck,
  CONTAINER_HEALTH_LIMITS,
  startContainerHealth,
} from './fargate/container-health.ts';
export type { LaunchBackoffState } from './fargate/launch-backoff.ts';
export {
  LAUNCH_BACKOFF_FIRST_MS,
  LAUNCH_BACKOFF_FREE_FAILURES,
  LAUNCH_BACKOFF_MAX_MS,
  LAUNCH_BACKOFF_START,
  launchBackoffMs,
  recordLaunch,
} from './fargate/launch-backoff.ts';
export type { SpotInterruption } from './fargate/spot.ts';
export {
  beginSpotStop,
  SPOT_DEREGISTERS_BEFORE_SIGNAL,
  SPOT_STOP_CODE,
  SPOT_STOPPED_REASON,
  SPOT_WARNING_MS,
  spotInterruption,
} from './fargate/spot.ts';
export type {
  StopAction,
  StopSettings,
  TaskStatus,
  TaskStopInput,
  TaskStopState,
  TaskStopStep,
} from './fargate/task-lifecycle.ts';
export {
  beginTaskStop,
  DEFAULT_STOP_SIGNAL,
  isBefore,
  nextTaskStopAt,
  STOP_TIMEOUT_MS,
  stepTaskStop,
  TASK_STATUS_WORK,
  TASK_STATUSES,
} from './fargate/task-lifecycle.ts';
export type { Behaviour, BehaviourArea, BehaviourMark } from './fidelity/behaviour.ts';
export { behaviours } from './fidelity/behaviours.ts';
export { renderBehaviours } from './fidelity/render-behaviours.ts';
export type { SourceKey } from './fidelity/sources.ts';
export { SOURCES } from './fidelity/sources.ts';
export type { ChoosableTarget, RoutingAlgorithm, SlowStartSituation } from './load-balancer/choose-target.ts';
export {
  chooseTarget,
  SLOW_START_RANGE_MS,
  slowStartShare,
  startsSlowly,
} from './load-balancer/choose-target.ts';
export type { DrainingTarget, DrainProgress, DrainWait } from './load-balancer/draining.ts';
export {
  DEREGISTRATION_DELAY_MS,
  drainProgress,
  ECS_DRAIN_WAIT,
  mayStopDrained,
} from './load-balancer/draining.ts';
export type { LoadBalancerError, LoadBalancerErrorKind } from './load-balancer/error-reasons.ts';
export {
  errorBody,
  LOAD_BALANCER_ERRORS,
  LOAD_BALANCER_SERVER_HEADER,
} from './load-balancer/error-reasons.ts';
export type {
  CompiledListenerRules,
  CompiledRule,
  ListenerRule,
  QueryStringValue,
  RuleCondition,
  RuleRequest,
  SelectedRule,
} from './load-balancer/listener-rules.ts';
export { compileListenerRules, RULE_PRIORITY_RANGE, selectRule } from './load-balancer/listener-rules.ts';
export { normalizePath } from './load-balancer/normalize-path.ts';
export type { PathMatcher } from './load-balancer/path-pattern.ts';
export {
  compilePathPattern,
  PATH_PATTERN_MAX_LENGTH,
  pathPatternProblem,
  RULE_MAX_WILDCARDS,
} from './load-balancer/path-pattern.ts';
export type {
  ForwardedForMode,
  ForwardedHeaders,
  ForwardedInput,
  TraceSeed,
} from './load-balancer/request-headers.ts';
export { forwardedHeaders, traceHeader, traceId } from './load-balancer/request-headers.ts';
export type { RequestHead } from './load-balancer/request-limits.ts';
export {
  CLIENT_KEEP_ALIVE_MS,
  countForwardedFor,
  IDLE_TIMEOUT_MS,
  REQUEST_LIMITS,
  requestHeadProblem,
  TARGET_CONNECT_TIMEOUT_MS,
  URI_TOO_LONG_BYTES,
} from './load-balancer/request-limits.ts';
export type {
  FixedResponseAction,
  ForwardAction,
  RedirectAction,
  RedirectRequest,
  RuleAction,
  WeightedTargetGroup,
} from './load-balancer/rule-actions.ts';
export {
  chooseTargetGroup,
  FIXED_RESPONSE_CONTENT_TYPES,
  FIXED_RESPONSE_MAX_BODY,
  FORWARD_WEIGHT_RANGE,
  redirectLocation,
} from './load-balancer/rule-actions.ts';
export {
  CONDITION_MAX_VALUES,
  listenerRuleProblems,
  RULE_MAX_VALUES,
} from './load-balancer/rule-problems.ts';
export type {
  HasTargetHealth,
  SelectableTargets,
  UnhealthyStateRouting,
} from './load-balancer/selectable-targets.ts';
export { selectableTargets, UNHEALTHY_STATE_ROUTING_DEFAULTS } from './load-balancer/selectable-targets.ts';
export type {
  HealthCheckResult,
  HealthCheckSettings,
  TargetHealth,
  TargetHealthReason,
  TargetHealthStatus,
} from './load-balancer/target-health.ts';
export {
  advanceTargetHealth,
  applyHealthCheck,
  beginHealthChecks,
  compileMatcher,
  deregisterTarget,
  HEALTH_CHECK_DEFAULTS,
  HEALTH_CHECK_RANGES,
  INITIAL_USES_UNHEALTHY_THRESHOLD,
  registerTarget,
  setTargetInUse,
} from './load-balancer/target-health.ts';
export type { WildcardMatcher, WildcardOptions } from './load-balancer/wildcard.ts';
export { compileWildcard } from './load-balancer/wildcard.ts';
export { nextProviderToLaunch, nextProviderToStop } from './placement/capacity-provider-choice.ts';
export type {
  CapacityProviderItem,
  ProviderCounts,
  SplitRounding,
} from './placement/capacity-provider-split.ts';
export {
  CAPACITY_PROVIDER_LIMITS,
  capacityProviderProblem,
  DEFAULT_SPLIT_ROUNDING,
  splitByCapacityProvider,
} from './placement/capacity-provider-split.ts';
export type { RebalancingDecision, RebalancingInput } from './placement/zone-rebalancing.ts';
export { decideRebalancing } from './placement/zone-rebalancing.ts';
export type { PlacedTask } from './placement/zone-spread.ts';
export { nextTaskToStop, nextZone, TASK_TO_STOP_AMONG_EQUALS } from './placement/zone-spread.ts';
export type {
  AlarmFinding,
  CapacityFormula,
  CooldownFinding,
  PolicyFinding,
  ScalingDecision,
  ScalingReasonCode,
} from './scaling/decision.ts';
export type { CapacityInput } from './scaling/desired-capacity.ts';
export { anticipatesFlapping, desiredCapacity } from './scaling/desired-capacity.ts';
export type {
  FormulaSample,
  MetricPeriodMs,
  ScaleOutBase,
  TargetTrackingPolicy,
  TargetTrackingPolicyOptions,
} from './scaling/policy.ts';
export {
  ACTIVITY_TIMEOUT_MS,
  ALARM_HIGH_PERIODS,
  ALARM_LOW_RATIO,
  ALARM_LOW_SPAN_MS,
  alarmHigh,
  alarmLow,
  DEFAULT_COOLDOWN_MS,
  DEFAULT_FORMULA_SAMPLE,
  DEFAULT_SCALE_OUT_BASE,
  METRIC_PUBLISH_DELAY_MS,
  targetTrackingPolicy,
} from './scaling/policy.ts';
export type { TargetTrackingInput } from './scaling/situation.ts';
export type { TargetTrackingStep } from './scaling/target-tracking.ts';
export { stepTargetTracking } from './scaling/target-tracking.ts';
export type {
  Cooldown,
  PolicyState,
  ScalableTarget,
  ScalingActivity,
  TargetTrackingState,
} from './scaling/target-tracking-state.ts';
export { initialTargetTracking, nextTargetTrackingAt } from './scaling/target-tracking-state.ts';
export type { ProxyAnswer, ProxyFailure } from './service-connect/answers.ts';
export { countsAsFailure, PROXY_ANSWERS, PROXY_SERVER_HEADER } from './service-connect/answers.ts';
export type { EndpointCandidate } from './service-connect/endpoints.ts';
export { chooseSide, isEndpoint } from './service-connect/endpoints.ts';
export type {
  CallState,
  CallVerdict,
  EndpointState,
  ServiceConnectSettings,
} from './service-connect/proxy.ts';
export {
  ALL_EJECTED_MEANS_NONE_IS,
  afterAttempt,
  beginCall,
  callTimesOutAt,
  chooseEndpoint,
  EJECTION_GROWTH,
  isEjected,
  NEW_ENDPOINT,
  recordAttempt,
  SERVICE_CONNECT_DEFAULTS,
  SERVICE_CONNECT_TCP_IDLE_TIMEOUT_MS,
} from './service-connect/proxy.ts';
export type { AttemptFailureKind } from './service-connect/retry.ts';
export {
  isRetried,
  PROXY_CONNECT_TIMEOUT_MS,
  RETRIED_AFTER_RESET,
  RETRY_BODY_BYTES,
} from './service-connect/retry.ts';
