/** One item of a capacity provider strategy. */
export interface CapacityProviderItem {
  /** Such as `FARGATE` or `FARGATE_SPOT`. */
  readonly capacityProvider: string;
  /** Tasks placed here before weights count; 0 to 100,000. Only one item may have more than 0. */
  readonly base: number;
  /** Share of the tasks beyond the base; 0 to 1,000. With 0 it gets none of them. */
  readonly weight: number;
}

/**
 * How the tasks beyond the base are rounded to whole numbers. AWS documents the ratio but not the rounding; counts
 * may differ by one from the real ones.
 *
 * - `greedy`: one task after the other goes where placed/weight is lowest (ties: higher weight, then order).
 * - `largest-remainder`: whole shares first, the rest to the largest fractions (ties: higher weight, then order).
 */
export type SplitRounding = 'greedy' | 'largest-remainder';

/**
 * Greedy, because it never moves a running task when the count grows by one: the split for n + 1 is the split for n
 * with one task more, as a scheduler that places task by task must behave. Inferred;
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html}.
 */
export const DEFAULT_SPLIT_ROUNDING: SplitRounding = 'greedy';

/** Limits of a strategy. Documented: API_CapacityProviderStrategyItem. */
export const CAPACITY_PROVIDER_LIMITS = { maxItems: 20, maxBase: 100_000, maxWeight: 1_000 } as const;

/** Tasks by capacity provider. */
export type ProviderCounts = Readonly<Record<string, number>>;

/**
 * What makes a strategy one that ECS would refuse, as a sentence; undefined when it is fine.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function capacityProviderProblem(strategy: readonly CapacityProviderItem[]): string | undefined {
  const { maxItems, maxBase, maxWeight } = CAPACITY_PROVIDER_LIMITS;
  if (strategy.length === 0) return 'A capacity provider strategy needs at least one item.';
  if (strategy.length > maxItems) return `A capacity provider strategy has at most ${maxItems} items.`;
  const names = new Set(strategy.map((item) => item.capacityProvider));
  if (names.size < strategy.length) return 'A capacity provider appears twice in the strategy.';
  for (const { capacityProvider, base, weight } of strategy) {
    if (!Number.isInteger(base) || base < 0 || base > maxBase) {
      return `The base of ${capacityProvider} is ${base}; it must be a whole number from 0 to ${maxBase}.`;
    }
    if (!Number.isInteger(weight) || weight < 0 || weight > maxWeight) {
      return `The weight of ${capacityProvider} is ${weight}; it must be a whole number from 0 to ${maxWeight}.`;
    }
  }
  if (strategy.filter((item) => item.base > 0).length > 1)
    return 'Only one capacity provider may have a base above 0.';
  if (strategy.every((item) => item.weight === 0)) {
    return 'Every weight is 0; at least one capacity provider needs a weight above 0.';
  }
  return undefined;
}

/**
 * How many of `tasks` tasks run on each capacity provider: the base first, the rest by weight.
 *
 * @throws RangeError when the strategy is one that ECS refuses (see {@link capacityProviderProblem})
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 * @example splitByCapacityProvider([{ capacityProvider: 'FARGATE', base: 1, weight: 30 },
 *   { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 70 }], 10) // { FARGATE: 4, FARGATE_SPOT: 6 }
 */
export function splitByCapacityProvider(
  strategy: readonly CapacityProviderItem[],
  tasks: number,
  rounding: SplitRounding = DEFAULT_SPLIT_ROUNDING,
): ProviderCounts {
  const problem = capacityProviderProblem(strategy);
  if (problem !== undefined) throw new RangeError(problem);
  const bases: number[] = [];
  let rest = Math.max(0, Math.floor(tasks));
  for (const item of strategy) {
    const base = Math.min(item.base, rest);
    bases.push(base);
    rest -= base;
  }
  const shares = rounding === 'greedy' ? greedy(strategy, rest) : largestRemainder(strategy, rest);
  return Object.fromEntries(
    strategy.map((item, index) => [item.capacityProvider, (bases[index] ?? 0) + (shares[index] ?? 0)]),
  );
}

function greedy(strategy: readonly CapacityProviderItem[], tasks: number): readonly number[] {
  const total = strategy.reduce((sum, item) => sum + item.weight, 0);
  // Every full round of `total` tasks gives each provider exactly its weight, so only the last round is walked.
  const rounds = Math.floor(tasks / total);
  const placed = strategy.map((item) => item.weight * rounds);
  for (let left = tasks - rounds * total; left > 0; left--) {
    const index = lowestRatio(strategy, placed);
    placed[index] = (placed[index] ?? 0) + 1;
  }
  return placed;
}

/** Index of the item with the lowest placed/weight; ties go to the higher weight, then to the first. */
export function lowestRatio(strategy: readonly CapacityProviderItem[], placed: readonly number[]): number {
  let best = -1;
  let bestRatio = Number.POSITIVE_INFINITY;
  let bestWeight = 0;
  strategy.forEach((item, index) => {
    if (item.weight === 0) return;
    const ratio = (placed[index] ?? 0) / item.weight;
    if (ratio < bestRatio || (ratio === bestRatio && item.weight > bestWeight)) {
      best = index;
      bestRatio = ratio;
      bestWeight = item.weight;
    }
  });
  return best;
}

function largestRemainder(strategy: readonly CapacityProviderItem[], tasks: number): readonly number[] {
  const total = strategy.reduce((sum, item) => sum + item.weight, 0);
  const placed = strategy.map((item) => Math.floor((tasks * item.weight) / total));
  const left = tasks - placed.reduce((sum, count) => sum + count, 0);
  // Remainders as whole numbers (tasks x weight modulo total), so that ties are exact.
  const order = strategy
    .map((item, index) => ({ index, weight: item.weight, remainder: (tasks * item.weight) % total }))
    .sort((a, b) => b.remainder - a.remainder || b.weight - a.weight || a.index - b.index);
  for (const { index } of order.slice(0, left)) placed[index] = (placed[index] ?? 0) + 1;
  return placed;
}
