/** `thresholdConfiguration` of the deployment circuit breaker. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html */
export interface ThresholdConfiguration {
  /** BOUNDED_PERCENT: percent of desired, at least 3 and at most 200; UNBOUNDED_PERCENT: without these; COUNT: literal. */
  readonly type: 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT' | 'COUNT';
  readonly value: number;
}

/** Settings of the deployment circuit breaker. */
export interface CircuitBreakerSettings {
  /** Whether a failed deployment goes back to the last completed one. */
  readonly rollback: boolean;
  readonly threshold: ThresholdConfiguration;
  /** Whether a task that becomes healthy sets the count back to 0. Default true. */
  readonly resetOnHealthyTask: boolean;
}

/** Bounds of BOUNDED_PERCENT. (Older texts say at least 10.) Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html}. */
export const CIRCUIT_BREAKER_BOUNDS = { min: 3, max: 200 } as const;

/** Defaults of the circuit breaker. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html}. */
export const CIRCUIT_BREAKER_DEFAULTS: Omit<CircuitBreakerSettings, 'rollback'> = {
  threshold: { type: 'BOUNDED_PERCENT', value: 50 },
  resetOnHealthyTask: true,
};

/**
 * Whether a task that reached RUNNING and then exited by itself counts. AWS names tasks that never reach RUNNING and
 * tasks that fail health checks; a program that crashes right after its start is RUNNING for a moment and would slip
 * through. Inferred; {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html}.
 */
export const EXITED_TASKS_COUNT = true;

/**
 * How many failures trip the circuit breaker.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 * @example circuitBreakerThreshold(25) // 13
 */
export function circuitBreakerThreshold(
  desired: number,
  threshold: ThresholdConfiguration = CIRCUIT_BREAKER_DEFAULTS.threshold,
): number {
  const percent = Math.ceil((desired * threshold.value) / 100);
  switch (threshold.type) {
    case 'COUNT':
      return threshold.value;
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, percent);
    case 'BOUNDED_PERCENT':
      return Math.min(Math.max(percent, CIRCUIT_BREAKER_BOUNDS.min), CIRCUIT_BREAKER_BOUNDS.max);
  }
}

/** What the circuit breaker remembers of one deployment. */
export interface CircuitBreakerState {
  /** 1: no task has reached RUNNING yet; 2: at least one has. */
  readonly stage: 1 | 2;
  readonly failures: number;
  readonly tripped: boolean;
}

/** The state at the start of a deployment. */
export const CIRCUIT_BREAKER_START: CircuitBreakerState = { stage: 1, failures: 0, tripped: false };

/** What happened to a task of the deployment. */
export type DeploymentTaskEvent =
  /** It stopped without ever reaching RUNNING. */
  | 'never-ran'
  | 'running'
  | 'healthy'
  /** It is replaced because a load balancer, Cloud Map or container health check failed. */
  | 'failed-health-check'
  /** It reached RUNNING and its essential container exited by itself. */
  | 'exited';

/**
 * The circuit breaker after one event. Stage 1 counts consecutive tasks that never reach RUNNING; the first RUNNING
 * task starts stage 2, which counts tasks replaced for failed health checks. At the threshold it trips for good.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function stepCircuitBreaker(
  state: CircuitBreakerState,
  event: DeploymentTaskEvent,
  settings: Pick<CircuitBreakerSettings, 'threshold' | 'resetOnHealthyTask'>,
  desired: number,
): CircuitBreakerState {
  if (state.tripped) return state;
  switch (event) {
    case 'running':
      return state.stage === 1 ? { stage: 2, failures: 0, tripped: false } : state;
    case 'healthy':
      return settings.resetOnHealthyTask && state.failures > 0 ? { ...state, failures: 0 } : state;
    case 'never-ran':
      return state.stage === 1 ? fail() : state;
    case 'failed-health-check':
      return state.stage === 2 ? fail() : state;
    case 'exited':
      return EXITED_TASKS_COUNT ? fail() : state;
  }

  function fail(): CircuitBreakerState {
    const failures = state.failures + 1;
    const tripped = failures >= circuitBreakerThreshold(desired, settings.threshold);
    return { ...state, failures, tripped };
  }
}

/** A deployment of a service as the choice of a rollback target sees it. */
export interface PastDeployment {
  readonly id: string;
  readonly createdAt: number;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
}

/** The newest deployment that completed; undefined when there is none, as on a first deployment. */
export function rollbackTarget<Deployment extends PastDeployment>(
  deployments: readonly Deployment[],
): Deployment | undefined {
  let newest: Deployment | undefined;
  for (const deployment of deployments) {
    if (deployment.rolloutState !== 'COMPLETED') continue;
    if (newest === undefined || deployment.createdAt > newest.createdAt) newest = deployment;
  }
  return newest;
}

/** What becomes of a deployment that has failed. */
export type FailedDeploymentOutcome<Deployment> =
  /** Back to this one, which is IN_PROGRESS again and no rollback target until it completes. */
  | { readonly kind: 'roll-back'; readonly to: Deployment }
  /** Marked FAILED, nothing more is launched. */
  | { readonly kind: 'stop' }
  /** Rollback was wanted but nothing has ever completed: it stalls. */
  | { readonly kind: 'stall' };

/**
 * What becomes of a deployment that tripped the circuit breaker or a deployment alarm.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function failedDeploymentOutcome<Deployment extends PastDeployment>(
  rollback: boolean,
  deployments: readonly Deployment[],
): FailedDeploymentOutcome<Deployment> {
  if (!rollback) return { kind: 'stop' };
  const to = rollbackTarget(deployments);
  return to === undefined ? { kind: 'stall' } : { kind: 'roll-back', to };
}
