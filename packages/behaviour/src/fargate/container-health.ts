/** Health of a container by its own check. */
export type ContainerHealthStatus = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

/** A container health check. Times in milliseconds. */
export interface ContainerHealthCheck {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make it UNHEALTHY. */
  readonly retries: number;
  /** Failures in this time after the start do not count. */
  readonly startPeriodMs: number;
}

/** Ranges and defaults. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html}. */
export const CONTAINER_HEALTH_LIMITS = {
  intervalMs: { min: 5_000, max: 300_000, default: 30_000 },
  timeoutMs: { min: 2_000, max: 60_000, default: 5_000 },
  retries: { min: 1, max: 10, default: 3 },
  startPeriodMs: { min: 0, max: 300_000, default: 0 },
} as const;

/** What is remembered of a container's health. */
export interface ContainerHealth {
  readonly status: ContainerHealthStatus;
  readonly startedAt: number;
  readonly failures: number;
  /** A success has ended the start period. */
  readonly startPeriodOver: boolean;
}

/** A container that has just started. */
export function startContainerHealth(now: number): ContainerHealth {
  return { status: 'UNKNOWN', startedAt: now, failures: 0, startPeriodOver: false };
}

/**
 * A container's health after one more check. One success makes it HEALTHY and ends the start period; `retries`
 * failures in a row make it UNHEALTHY.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
export function applyContainerCheck(
  check: Pick<ContainerHealthCheck, 'retries' | 'startPeriodMs'>,
  health: ContainerHealth,
  success: boolean,
  now: number,
): ContainerHealth {
  if (success) return { ...health, status: 'HEALTHY', failures: 0, startPeriodOver: true };
  if (!health.startPeriodOver && now - health.startedAt < check.startPeriodMs) return health;
  const failures = health.failures + 1;
  return { ...health, failures, status: failures >= check.retries ? 'UNHEALTHY' : health.status };
}
