/** Bounds on the task count during a rolling deployment. */
export interface RollingLimits {
  /** Fewest healthy running tasks: ceil(desired x minimumHealthyPercent / 100). */
  readonly lower: number;
  /** Most running and pending tasks: floor(desired x maximumPercent / 100). */
  readonly upper: number;
}

/** Percentages of a service that gives none. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html}. */
export const ROLLING_DEFAULTS = { minimumHealthyPercent: 100, maximumPercent: 200 } as const;

/**
 * The bounds of a rolling deployment.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 * @example rollingLimits(4, 50, 200) // { lower: 2, upper: 8 }
 */
export function rollingLimits(
  desired: number,
  minimumHealthyPercent: number,
  maximumPercent: number,
): RollingLimits {
  return {
    // Whole numbers first, so that no binary fraction tips the rounding.
    lower: Math.ceil((desired * minimumHealthyPercent) / 100),
    upper: Math.floor((desired * maximumPercent) / 100),
  };
}

/**
 * Why a rolling deployment with these settings can never move (it may neither stop nor start a task), as a sentence;
 * undefined when it can.
 * @example rollingDeadlock(2, 75, 100) // 'With 2 tasks, …'
 */
export function rollingDeadlock(
  desired: number,
  minimumHealthyPercent: number,
  maximumPercent: number,
): string | undefined {
  const { lower, upper } = rollingLimits(desired, minimumHealthyPercent, maximumPercent);
  if (desired === 0 || lower < desired || upper > desired) return undefined;
  return `With ${desired} task${desired === 1 ? '' : 's'}, a minimum healthy percent of ${minimumHealthyPercent} keeps ${lower} running and a maximum percent of ${maximumPercent} allows ${upper}: a deployment can neither stop nor start a task. Raise the maximum (200 always works) or lower the minimum.`;
}

/** Task counts of a deployment. Tasks that are being stopped (deregistering, draining, SIGTERM sent) count nowhere. */
export interface RollingInput extends RollingLimits {
  readonly desired: number;
  /** Running and healthy tasks of the old revision. */
  readonly oldHealthy: number;
  /** Tasks of the old revision that run without being healthy, or are pending. */
  readonly oldUnhealthy: number;
  /** Running and healthy tasks of the new revision. */
  readonly newHealthy: number;
  /** Tasks of the new revision that are pending or run without being healthy yet. */
  readonly newPending: number;
}

/** What to do now. Applying it keeps both bounds. */
export interface RollingStep {
  /**
   * `complete`: all new, no old; `blocked`: nothing can ever happen (deadlock); `waiting`: nothing to do until a task
   * changes state; `moving`: start or stop something.
   */
  readonly state: 'moving' | 'waiting' | 'complete' | 'blocked';
  /** New tasks to start. */
  readonly start: number;
  readonly stopOldUnhealthy: number;
  readonly stopOldHealthy: number;
  /** New tasks above desired (desired was lowered meanwhile). Stop those that are not healthy first. */
  readonly stopNew: number;
}

/**
 * The next batch of a rolling deployment: start as many new tasks as the upper bound allows; stop old ones as new
 * ones become healthy; stop old ones ahead of that only where there is no room to start and the lower bound allows.
 *
 * Call it again whenever a task changes state.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function nextRollingStep(input: RollingInput): RollingStep {
  const { desired, lower, upper, oldHealthy, oldUnhealthy, newHealthy, newPending } = input;
  const newTotal = newHealthy + newPending;
  const stopNew = Math.max(0, newTotal - desired);
  const healthy = oldHealthy + newHealthy;
  const missing = Math.max(0, desired - newTotal);
  const enough = healthy - Math.max(0, stopNew - newPending) >= desired;
  const room = Math.max(0, upper - oldHealthy - oldUnhealthy - newTotal);
  const startInRoom = Math.min(missing, room);
  // Unhealthy old tasks go when enough others are healthy; before that only to make room, where they are no loss.
  const stopOldUnhealthy = enough ? oldUnhealthy : Math.min(oldUnhealthy, missing - startInRoom);
  const start = Math.max(
    0,
    Math.min(missing, upper - oldHealthy - (oldUnhealthy - stopOldUnhealthy) - newTotal),
  );
  const surplus = Math.max(0, healthy - Math.max(0, stopNew - newPending) - desired);
  const forRoom = Math.max(0, Math.min(missing - start, healthy - lower));
  const stopOldHealthy = Math.min(oldHealthy, Math.max(surplus, forRoom));
  const moves = start + stopOldUnhealthy + stopOldHealthy + stopNew;
  const complete =
    moves === 0 && newHealthy === desired && newPending === 0 && oldHealthy + oldUnhealthy === 0;
  const blocked = moves === 0 && missing > 0 && newPending === 0;
  return {
    state: complete ? 'complete' : moves > 0 ? 'moving' : blocked ? 'blocked' : 'waiting',
    start,
    stopOldUnhealthy,
    stopOldHealthy,
    stopNew,
  };
}

/** Task counts of a service outside a deployment. */
export interface ReplacementInput {
  readonly desired: number;
  readonly upper: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly pending: number;
}

/** Replacements to start and unhealthy tasks to stop now. */
export interface ReplacementStep {
  readonly start: number;
  readonly stopUnhealthy: number;
}

/**
 * Replaces unhealthy and missing tasks: the replacement first where maximumPercent allows, else one unhealthy task is
 * stopped at a time. Stopping an unhealthy task leaves the healthy count, and so the lower bound, as it is.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function nextReplacement(input: ReplacementInput): ReplacementStep {
  const { desired, upper, healthy, unhealthy, pending } = input;
  const missing = Math.max(0, desired - healthy - pending);
  const start = Math.max(0, Math.min(missing, upper - healthy - unhealthy - pending));
  if (healthy >= desired) return { start: 0, stopUnhealthy: unhealthy };
  const stuck = start === 0 && missing > 0 && pending === 0;
  return { start, stopUnhealthy: stuck ? Math.min(1, unhealthy) : 0 };
}
