/** Longest wait between launches after repeated failures. Documented as "up to 15 minutes" in the service throttling page: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html}. */
export const LAUNCH_BACKOFF_MAX_MS = 15 * 60_000;

/** First wait. AWS gives no number. Inferred. {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html} */
export const LAUNCH_BACKOFF_FIRST_MS = 10_000;

/** Failures in a row that are launched again at once. AWS says "repeatedly" and gives no number. Inferred. */
export const LAUNCH_BACKOFF_FREE_FAILURES = 1;

/** What is remembered of a service's launches. */
export interface LaunchBackoffState {
  /** Tasks in a row that stopped without ever reaching RUNNING. */
  readonly failures: number;
  /** No launch before this moment. */
  readonly notBefore: number;
}

/** The state of a service with a new task definition: no wait. */
export const LAUNCH_BACKOFF_START: LaunchBackoffState = { failures: 0, notBefore: 0 };

/** The wait after so many failures in a row: doubling, at most 15 minutes. */
export function launchBackoffMs(failures: number): number {
  if (failures <= LAUNCH_BACKOFF_FREE_FAILURES) return 0;
  const doublings = Math.min(20, failures - LAUNCH_BACKOFF_FREE_FAILURES - 1);
  return Math.min(LAUNCH_BACKOFF_MAX_MS, LAUNCH_BACKOFF_FIRST_MS * 2 ** doublings);
}

/**
 * The state after a task's launch ended. Only tasks that stop without reaching RUNNING slow launches down; one that
 * reached RUNNING never does and sets the count back. A new task definition starts from {@link LAUNCH_BACKOFF_START}.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function recordLaunch(
  state: LaunchBackoffState,
  outcome: 'reached-running' | 'never-ran',
  now: number,
): LaunchBackoffState {
  if (outcome === 'reached-running') return state.failures === 0 ? state : LAUNCH_BACKOFF_START;
  const failures = state.failures + 1;
  return { failures, notBefore: now + launchBackoffMs(failures) };
}
