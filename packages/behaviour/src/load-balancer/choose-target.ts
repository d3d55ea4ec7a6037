/** How a target group spreads requests. Default `round_robin`. Documented: API_TargetGroupAttribute. */
export type RoutingAlgorithm = 'round_robin' | 'least_outstanding_requests' | 'weighted_random';

/** What the choice needs to know of a target. */
export interface ChoosableTarget {
  /** Requests sent to it and not answered yet. Each HTTP/2 stream counts when the target speaks HTTP/1.1. */
  readonly outstandingRequests: number;
  /** Share of a full portion, 0 to 1, while it slowly starts; left out means 1. Only for round robin. */
  readonly slowStartShare?: number;
}

/**
 * The index of the target for the next request, or -1 when there is none.
 *
 * The only state is `cursor`: keep `index + 1` for the next call. Nothing is allocated. Draw `random` (0 included
 * to 1 excluded) from a generator of your own; round robin draws only while a target slowly starts.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 * @example chooseTarget('round_robin', targets, cursor, Math.random)
 */
export function chooseTarget(
  algorithm: RoutingAlgorithm,
  targets: readonly ChoosableTarget[],
  cursor: number,
  random: () => number,
): number {
  if (targets.length === 0) return -1;
  switch (algorithm) {
    case 'round_robin':
      return roundRobin(targets, cursor, random);
    case 'least_outstanding_requests':
      return leastOutstanding(targets, cursor);
    case 'weighted_random':
      return Math.floor(random() * targets.length);
  }
}

function roundRobin(targets: readonly ChoosableTarget[], cursor: number, random: () => number): number {
  const start = cursor % targets.length;
  for (let step = 0; step < targets.length; step++) {
    const index = (start + step) % targets.length;
    const share = targets[index]?.slowStartShare ?? 1;
    if (share >= 1 || random() < share) return index;
  }
  return start;
}

/** Ties go round, starting at the cursor, so that idle targets share the load. */
function leastOutstanding(targets: readonly ChoosableTarget[], cursor: number): number {
  let best = cursor % targets.length;
  let fewest = targets[best]?.outstandingRequests ?? Number.POSITIVE_INFINITY;
  for (let step = 1; step < targets.length; step++) {
    const index = (cursor + step) % targets.length;
    const outstanding = targets[index]?.outstandingRequests ?? Number.POSITIVE_INFINITY;
    if (outstanding < fewest) {
      best = index;
      fewest = outstanding;
    }
  }
  return best;
}

/** Range of `slow_start.duration_seconds` in milliseconds; 0 switches it off, which is the default. */
export const SLOW_START_RANGE_MS = { min: 30_000, max: 900_000, default: 0 } as const;

/** What decides whether a target that becomes healthy starts slowly. */
export interface SlowStartSituation {
  readonly algorithm: RoutingAlgorithm;
  readonly durationMs: number;
  /** Healthy targets that are not in slow start themselves. */
  readonly warmTargets: number;
}

/** Whether a target that becomes healthy now starts slowly: only with round robin and beside a warm target. */
export function startsSlowly(situation: SlowStartSituation): boolean {
  return situation.algorithm === 'round_robin' && situation.durationMs > 0 && situation.warmTargets > 0;
}

/** The share of a full portion, growing linearly from 0 to 1 over the slow start duration. */
export function slowStartShare(healthySince: number, durationMs: number, now: number): number {
  if (durationMs <= 0) return 1;
  return Math.min(1, Math.max(0, (now - healthySince) / durationMs));
}
