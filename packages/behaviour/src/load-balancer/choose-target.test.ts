import { describe, expect, it } from 'vitest';
import type { ChoosableTarget, RoutingAlgorithm } from './choose-target.ts';
import { chooseTarget, slowStartShare, startsSlowly } from './choose-target.ts';

const idle: ChoosableTarget = { outstandingRequests: 0 };

/** A small seeded generator, so that counts are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function counts(
  algorithm: RoutingAlgorithm,
  targets: readonly ChoosableTarget[],
  requests: number,
): readonly number[] {
  const random = seeded(7);
  const result = targets.map(() => 0);
  let cursor = 0;
  for (let i = 0; i < requests; i++) {
    const index = chooseTarget(algorithm, targets, cursor, random);
    result[index] = (result[index] ?? 0) + 1;
    cursor = index + 1;
  }
  return result;
}

describe('the choice of a target', () => {
  it('goes round in turn with round robin', () => {
    expect(counts('round_robin', [idle, idle, idle], 9)).toEqual([3, 3, 3]);
    expect(chooseTarget('round_robin', [idle, idle], 5, Math.random)).toBe(1);
  });

  it('takes the fewest outstanding requests, and ties go round', () => {
    const targets = [{ outstandingRequests: 3 }, { outstandingRequests: 1 }, { outstandingRequests: 2 }];
    expect(chooseTarget('least_outstanding_requests', targets, 0, Math.random)).toBe(1);
    expect(counts('least_outstanding_requests', [idle, idle, idle], 9)).toEqual([3, 3, 3]);
  });

  it('is random but even with weighted random', () => {
    for (const count of counts('weighted_random', [idle, idle, idle, idle], 4_000)) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1_150);
    }
  });

  it('is none without targets', () => {
    expect(chooseTarget('round_robin', [], 3, Math.random)).toBe(-1);
  });

  it('gives a slowly starting target its share only', () => {
    const [warm = 0, cold = 0] = counts(
      'round_robin',
      [idle, { outstandingRequests: 0, slowStartShare: 0.25 }],
      5_000,
    );
    expect(cold / warm).toBeGreaterThan(0.2);
    expect(cold / warm).toBeLessThan(0.3);
    expect(counts('round_robin', [{ outstandingRequests: 0, slowStartShare: 0 }], 3)).toEqual([3]);
  });
});

describe('slow start', () => {
  it('grows linearly from 0 to 1', () => {
    expect([0, 15_000, 30_000, 60_000].map((now) => slowStartShare(0, 30_000, now))).toEqual([0, 0.5, 1, 1]);
    expect(slowStartShare(0, 0, 0)).toBe(1);
  });

  it('is only for round robin beside a target that is warm already', () => {
    const situation = { algorithm: 'round_robin', durationMs: 30_000, warmTargets: 1 } as const;
    expect(startsSlowly(situation)).toBe(true);
    expect(startsSlowly({ ...situation, warmTargets: 0 })).toBe(false);
    expect(startsSlowly({ ...situation, durationMs: 0 })).toBe(false);
    expect(startsSlowly({ ...situation, algorithm: 'least_outstanding_requests' })).toBe(false);
  });
});
