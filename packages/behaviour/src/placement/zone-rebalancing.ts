import type { PlacedTask } from './zone-spread.ts';

/** What Availability Zone rebalancing looks at. */
export interface RebalancingInput<Task extends PlacedTask> {
  /** `availabilityZoneRebalancing` of the service. */
  readonly enabled: boolean;
  readonly maximumPercent: number;
  /** No deployment in progress and as many healthy tasks as desired. */
  readonly steadyState: boolean;
  /** Zones that can take tasks now. */
  readonly zones: readonly string[];
  readonly tasks: readonly Task[];
}

/** Start a task in `startIn`, wait until it is healthy, then stop `thenStop`; or nothing, and why. */
export type RebalancingDecision<Task extends PlacedTask> =
  | { readonly kind: 'none'; readonly reason: 'disabled' | 'maximum-percent-100' | 'not-steady' | 'balanced' }
  | {
      readonly kind: 'move';
      readonly capacityProvider: string;
      readonly startIn: string;
      readonly thenStop: Task;
    };

/**
 * Decides one step of Availability Zone rebalancing. Balanced means that no zone has two tasks of a provider more than
 * another. It runs in steady state only, starts in the emptiest zone before it stops in the fullest, and is not
 * available with maximumPercent 100.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export function decideRebalancing<Task extends PlacedTask>(
  input: RebalancingInput<Task>,
): RebalancingDecision<Task> {
  if (!input.enabled) return { kind: 'none', reason: 'disabled' };
  if (input.maximumPercent <= 100) return { kind: 'none', reason: 'maximum-percent-100' };
  if (!input.steadyState) return { kind: 'none', reason: 'not-steady' };
  const providers = new Set(input.tasks.map((task) => task.capacityProvider));
  for (const capacityProvider of providers) {
    const counts = new Map(input.zones.map((zone) => [zone, 0]));
    for (const task of input.tasks) {
      if (task.capacityProvider === capacityProvider) counts.set(task.zone, (counts.get(task.zone) ?? 0) + 1);
    }
    const startIn = extreme(input.zones, (zone) => -(counts.get(zone) ?? 0));
    const fullest = extreme([...counts.keys()], (zone) => counts.get(zone) ?? 0);
    if (startIn === undefined || fullest === undefined) continue;
    if ((counts.get(fullest) ?? 0) - (counts.get(startIn) ?? 0) < 2) continue;
    const thenStop = newest(input.tasks, capacityProvider, fullest);
    if (thenStop !== undefined) return { kind: 'move', capacityProvider, startIn, thenStop };
  }
  return { kind: 'none', reason: 'balanced' };
}

function extreme(zones: readonly string[], score: (zone: string) => number): string | undefined {
  let best: string | undefined;
  for (const zone of zones) if (best === undefined || score(zone) > score(best)) best = zone;
  return best;
}

function newest<Task extends PlacedTask>(
  tasks: readonly Task[],
  provider: string,
  zone: string,
): Task | undefined {
  let best: Task | undefined;
  for (const task of tasks) {
    if (task.capacityProvider !== provider || task.zone !== zone) continue;
    if (best === undefined || task.startedAt > best.startedAt) best = task;
  }
  return best;
}
