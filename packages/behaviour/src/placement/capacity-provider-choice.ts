import type { CapacityProviderItem, ProviderCounts, SplitRounding } from './capacity-provider-split.ts';
import { DEFAULT_SPLIT_ROUNDING, lowestRatio, splitByCapacityProvider } from './capacity-provider-split.ts';

/**
 * The capacity provider of the next task, given the tasks that there are: the base first, then the provider that is
 * furthest below its share. Missing Spot capacity does not change the choice: ECS never falls back to on-demand.
 *
 * @throws RangeError when the strategy is one that ECS refuses
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
export function nextProviderToLaunch(
  strategy: readonly CapacityProviderItem[],
  counts: ProviderCounts,
  rounding: SplitRounding = DEFAULT_SPLIT_ROUNDING,
): string {
  const total = totalTasks(strategy, counts);
  const wanted = splitByCapacityProvider(strategy, total + 1, rounding);
  const beyondBase = strategy.map((item) => Math.max(0, (counts[item.capacityProvider] ?? 0) - item.base));
  let choice = '';
  let largestGap = 0;
  for (const item of strategy) {
    const count = counts[item.capacityProvider] ?? 0;
    if (count < item.base) return item.capacityProvider;
    const gap = (wanted[item.capacityProvider] ?? 0) - count;
    if (gap > largestGap) {
      choice = item.capacityProvider;
      largestGap = gap;
    }
  }
  return choice === '' ? (strategy[lowestRatio(strategy, beyondBase)]?.capacityProvider ?? '') : choice;
}

/**
 * The capacity provider that loses a task on scale-in: the one furthest above its share of the remaining tasks.
 * AWS documents only that it tries to keep the ratio. Undefined when there is no task.
 * Inferred; {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html}.
 */
export function nextProviderToStop(
  strategy: readonly CapacityProviderItem[],
  counts: ProviderCounts,
  rounding: SplitRounding = DEFAULT_SPLIT_ROUNDING,
): string | undefined {
  const total = totalTasks(strategy, counts);
  if (total === 0) return undefined;
  const wanted = splitByCapacityProvider(strategy, total - 1, rounding);
  let choice: string | undefined;
  let largestExcess = Number.NEGATIVE_INFINITY;
  for (const item of strategy) {
    const count = counts[item.capacityProvider] ?? 0;
    const excess = count - (wanted[item.capacityProvider] ?? 0);
    if (count > 0 && excess > largestExcess) {
      choice = item.capacityProvider;
      largestExcess = excess;
    }
  }
  return choice;
}

function totalTasks(strategy: readonly CapacityProviderItem[], counts: ProviderCounts): number {
  return strategy.reduce((sum, item) => sum + (counts[item.capacityProvider] ?? 0), 0);
}
