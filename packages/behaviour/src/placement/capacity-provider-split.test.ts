import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextProviderToLaunch, nextProviderToStop } from './capacity-provider-choice.ts';
import type { CapacityProviderItem } from './capacity-provider-split.ts';
import { capacityProviderProblem, splitByCapacityProvider } from './capacity-provider-split.ts';

const catalog: readonly CapacityProviderItem[] = [
  { capacityProvider: 'FARGATE', base: 1, weight: 30 },
  { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 70 },
];

const strategies = fc
  .array(fc.record({ base: fc.nat(5), weight: fc.nat(100) }), { minLength: 1, maxLength: 4 })
  .map((items) =>
    items.map((item, index) => ({
      capacityProvider: `provider-${index}`,
      base: index === 0 ? item.base : 0,
      weight: index === items.length - 1 ? item.weight + 1 : item.weight,
    })),
  );

describe('the split by capacity provider', () => {
  it('follows the greedy column for 1 to 10 tasks with base 1, weights 30 and 70', () => {
    const column = Array.from({ length: 10 }, (_, index) => {
      const { FARGATE, FARGATE_SPOT } = splitByCapacityProvider(catalog, index + 1);
      return `${FARGATE}/${FARGATE_SPOT}`;
    });
    expect(column).toEqual(['1/0', '1/1', '2/1', '2/2', '2/3', '3/3', '3/4', '3/5', '4/5', '4/6']);
  });

  it('follows the largest-remainder column for 1 to 10 tasks when asked', () => {
    const column = Array.from({ length: 10 }, (_, index) => {
      const { FARGATE, FARGATE_SPOT } = splitByCapacityProvider(catalog, index + 1, 'largest-remainder');
      return `${FARGATE}/${FARGATE_SPOT}`;
    });
    // Six tasks are a tie (3/3 or 2/4); ours goes to the higher weight.
    expect(column).toEqual(['1/0', '1/1', '2/1', '2/2', '2/3', '2/4', '3/4', '3/5', '3/6', '4/6']);
  });

  it('adds up, fills the base first and gives weight 0 nothing beyond it', () => {
    fc.assert(
      fc.property(
        strategies,
        fc.nat(500),
        fc.constantFrom('greedy' as const, 'largest-remainder' as const),
        (strategy, tasks, rounding) => {
          const split = splitByCapacityProvider(strategy, tasks, rounding);
          expect(Object.values(split).reduce((sum, count) => sum + count, 0)).toBe(tasks);
          for (const { capacityProvider, base, weight } of strategy) {
            const count = split[capacityProvider] ?? 0;
            expect(count).toBeGreaterThanOrEqual(Math.min(base, tasks));
            if (weight === 0) expect(count).toBeLessThanOrEqual(base);
          }
        },
      ),
    );
  });

  it('never takes a task away when the count grows (greedy)', () => {
    fc.assert(
      fc.property(strategies, fc.nat(300), (strategy, tasks) => {
        const [less, more] = [
          splitByCapacityProvider(strategy, tasks),
          splitByCapacityProvider(strategy, tasks + 1),
        ];
        for (const { capacityProvider } of strategy) {
          expect(more[capacityProvider] ?? 0).toBeGreaterThanOrEqual(less[capacityProvider] ?? 0);
        }
      }),
    );
  });

  it('refuses what ECS refuses', () => {
    const item = (base: number, weight: number, name = 'A') => ({ capacityProvider: name, base, weight });
    expect(capacityProviderProblem(catalog)).toBeUndefined();
    expect(capacityProviderProblem([])).toContain('at least one');
    expect(capacityProviderProblem([item(0, 0), item(0, 0, 'B')])).toContain('Every weight is 0');
    expect(capacityProviderProblem([item(1, 1), item(1, 1, 'B')])).toContain('Only one');
    expect(capacityProviderProblem([item(0, 1_001)])).toContain('1001');
    expect(capacityProviderProblem([item(-1, 1)])).toContain('-1');
    expect(capacityProviderProblem([item(0, 1), item(0, 1)])).toContain('twice');
    expect(() => splitByCapacityProvider([], 1)).toThrow(RangeError);
  });
});

describe('the next capacity provider', () => {
  it('to launch on leads from zero to the split, task by task', () => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 1, max: 60 }), (strategy, tasks) => {
        const counts: Record<string, number> = {};
        for (let i = 0; i < tasks; i++) {
          const next = nextProviderToLaunch(strategy, counts);
          counts[next] = (counts[next] ?? 0) + 1;
        }
        for (const [name, count] of Object.entries(splitByCapacityProvider(strategy, tasks))) {
          expect(counts[name] ?? 0).toBe(count);
        }
      }),
    );
  });

  it('to launch on replaces what was lost: Spot for Spot, base for base', () => {
    expect(nextProviderToLaunch(catalog, { FARGATE: 4, FARGATE_SPOT: 5 })).toBe('FARGATE_SPOT');
    expect(nextProviderToLaunch(catalog, { FARGATE: 0, FARGATE_SPOT: 6 })).toBe('FARGATE');
  });

  it('to stop on leads back along the same splits', () => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 1, max: 60 }), (strategy, tasks) => {
        const counts: Record<string, number> = { ...splitByCapacityProvider(strategy, tasks) };
        for (let left = tasks - 1; left >= 0; left--) {
          const name = nextProviderToStop(strategy, counts);
          expect(name).toBeDefined();
          counts[name ?? ''] = (counts[name ?? ''] ?? 0) - 1;
          expect(counts).toEqual(splitByCapacityProvider(strategy, left));
        }
        expect(nextProviderToStop(strategy, counts)).toBeUndefined();
      }),
    );
  });
});
