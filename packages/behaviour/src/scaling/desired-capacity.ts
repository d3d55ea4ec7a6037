import type { CapacityFormula } from './decision.ts';

/** What the capacity is computed from. */
export interface CapacityInput {
  /** Task count to start from; AWS starts from the running tasks, not from desiredCount. */
  readonly base: number;
  readonly baseKind: 'running' | 'before-activity';
  readonly metric: number;
  readonly target: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/**
 * The capacity that would bring the metric to its target: base x metric / target, rounded up (never too little
 * added, never too much removed), brought between minimum and maximum.
 *
 * AWS documents the proportionality, the running count as base and the conservative rounding, not the formula itself.
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html}
 *
 * @example desiredCapacity({ base: 4, baseKind: 'running', metric: 90, target: 60, minCapacity: 1, maxCapacity: 10 }).clamped // 6
 */
export function desiredCapacity(input: CapacityInput): CapacityFormula {
  const { base, baseKind, metric, target, minCapacity, maxCapacity } = input;
  const raw = (base * metric) / target;
  // A millionth of tolerance: 10 x 30 / 60 in binary fractions must not become 6 tasks for 5.000000001.
  const rounded = Math.ceil(raw - 1e-6);
  const clamped = Math.min(Math.max(rounded, minCapacity), maxCapacity);
  const clampedBy = clamped === rounded ? undefined : clamped > rounded ? 'minimum' : 'maximum';
  const limit = clampedBy === undefined ? '' : `, ${clampedBy} ${clamped}`;
  const text = `ceil(${base} x ${short(metric)} / ${short(target)}) = ceil(${raw.toFixed(2)}) = ${rounded}${limit}`;
  return { base, baseKind, metric, target, raw, rounded: Math.max(0, rounded), clamped, clampedBy, text };
}

/**
 * Whether a scale-in to `capacity` would push the metric back above its target, so that it is refused with
 * `AutoScalingAnticipatedFlapping`.
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_NotScaledReason.html
 */
export function anticipatesFlapping(
  metric: number,
  running: number,
  capacity: number,
  target: number,
): boolean {
  if (capacity === 0) return metric > 0;
  return (metric * running) / capacity > target + 1e-6;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
