import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RollingInput, RollingLimits } from './rolling.ts';
import { nextReplacement, nextRollingStep, rollingDeadlock, rollingLimits } from './rolling.ts';

type Counts = Omit<RollingInput, keyof RollingLimits | 'desired'>;

const counts = (oldHealthy: number, newHealthy = 0, newPending = 0, oldUnhealthy = 0): Counts => ({
  oldHealthy,
  oldUnhealthy,
  newHealthy,
  newPending,
});

const next = (desired: number, min: number, max: number, now: Counts) =>
  nextRollingStep({ desired, ...rollingLimits(desired, min, max), ...now });

describe('the bounds of a rolling deployment', () => {
  it.each([
    [4, 50, 200, 2, 8],
    [2, 75, 100, 2, 2],
    [3, 100, 125, 3, 3],
    [3, 100, 150, 3, 4],
    [1, 50, 200, 1, 2],
    [1, 100, 200, 1, 2],
  ])('are, for %i tasks with %i and %i percent, %i and %i', (desired, min, max, lower, upper) => {
    expect(rollingLimits(desired, min, max)).toEqual({ lower, upper });
  });

  it('that leave no room to stop or start are a deadlock', () => {
    expect(rollingDeadlock(2, 75, 100)).toContain('neither stop nor start');
    expect(rollingDeadlock(3, 100, 125)).toContain('allows 3');
    expect(rollingDeadlock(1, 100, 100)).toContain('1 task,');
    for (const [desired, min, max] of [
      [4, 50, 200],
      [3, 100, 150],
      [1, 50, 200],
      [4, 75, 100],
      [0, 100, 100],
    ] as const) {
      expect(rollingDeadlock(desired, min, max)).toBeUndefined();
    }
  });
});

describe('a rolling deployment', () => {
  it('starts as many new tasks as the upper bound allows and stops old ones as new ones become healthy', () => {
    expect(next(4, 50, 200, counts(4))).toMatchObject({ state: 'moving', start: 4, stopOldHealthy: 0 });
    expect(next(4, 50, 200, counts(4, 0, 4))).toMatchObject({
      state: 'waiting',
      start: 0,
      stopOldHealthy: 0,
    });
    expect(next(4, 50, 200, counts(4, 3, 1))).toMatchObject({ state: 'moving', stopOldHealthy: 3 });
    expect(next(4, 50, 200, counts(0, 4))).toMatchObject({ state: 'complete' });
  });

  it('goes one at a time with 3 tasks, 100 and 150 percent', () => {
    expect(next(3, 100, 150, counts(3))).toMatchObject({ start: 1, stopOldHealthy: 0 });
    expect(next(3, 100, 150, counts(3, 0, 1))).toMatchObject({ state: 'waiting' });
    expect(next(3, 100, 150, counts(3, 1))).toMatchObject({ start: 0, stopOldHealthy: 1 });
    expect(next(3, 100, 150, counts(2, 1))).toMatchObject({ start: 1, stopOldHealthy: 0 });
  });

  it('stops old tasks first where the maximum is 100 percent, down to the lower bound', () => {
    expect(next(4, 50, 100, counts(4))).toMatchObject({ start: 0, stopOldHealthy: 2 });
    expect(next(4, 50, 100, counts(2))).toMatchObject({ start: 2, stopOldHealthy: 0 });
  });

  it('is blocked when it can neither stop nor start', () => {
    expect(next(2, 75, 100, counts(2))).toMatchObject({ state: 'blocked', start: 0, stopOldHealthy: 0 });
  });

  it('keeps unhealthy old tasks while there is room to start beside them', () => {
    expect(next(2, 100, 200, counts(0, 0, 0, 2))).toMatchObject({ start: 2, stopOldUnhealthy: 0 });
    expect(next(2, 100, 100, counts(1, 0, 0, 1))).toMatchObject({ start: 1, stopOldUnhealthy: 1 });
    expect(next(2, 100, 200, counts(0, 2, 0, 2))).toMatchObject({ stopOldUnhealthy: 2 });
  });

  it('stops new tasks above a desired count that was lowered', () => {
    expect(next(2, 100, 200, counts(0, 3, 1))).toMatchObject({ stopNew: 2, start: 0 });
  });

  it('never leaves its bounds and always completes unless it is a reported deadlock', () => {
    const setup = fc.record({
      desired: fc.integer({ min: 0, max: 20 }),
      min: fc.integer({ min: 0, max: 100 }),
      max: fc.integer({ min: 100, max: 300 }),
      unhealthy: fc.nat(3),
      // Which pending task becomes healthy at each turn.
      order: fc.infiniteStream(fc.nat(5)),
    });
    fc.assert(
      fc.property(setup, ({ desired, min, max, unhealthy, order }) => {
        const limits = rollingLimits(desired, min, max);
        const sick = Math.min(unhealthy, desired);
        const now = { oldHealthy: desired - sick, oldUnhealthy: sick, newHealthy: 0, newPending: 0 };
        for (let turn = 0; turn < 500; turn++) {
          const before = now.oldHealthy + now.newHealthy;
          const step = nextRollingStep({ desired, ...limits, ...now });
          now.oldHealthy -= step.stopOldHealthy;
          now.oldUnhealthy -= step.stopOldUnhealthy;
          now.newPending += step.start;
          const healthy = now.oldHealthy + now.newHealthy;
          expect(
            Math.min(now.oldHealthy, now.oldUnhealthy, step.start, step.stopOldHealthy),
          ).toBeGreaterThanOrEqual(0);
          if (healthy < before) expect(healthy).toBeGreaterThanOrEqual(limits.lower);
          if (step.start > 0) {
            expect(healthy + now.oldUnhealthy + now.newPending).toBeLessThanOrEqual(limits.upper);
          }
          if (step.state === 'complete') {
            expect(now).toEqual({ oldHealthy: 0, oldUnhealthy: 0, newHealthy: desired, newPending: 0 });
            return;
          }
          if (step.state === 'blocked') {
            expect(rollingDeadlock(desired, min, max)).toBeDefined();
            return;
          }
          const ready = Math.min(now.newPending, order.next().value ?? 1);
          now.newPending -= ready;
          now.newHealthy += ready;
        }
        throw new Error('The deployment did not end within 500 turns.');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the replacement of unhealthy tasks', () => {
  it('starts the replacement first where the maximum allows', () => {
    const service = { desired: 2, upper: 4, pending: 0 };
    expect(nextReplacement({ ...service, healthy: 1, unhealthy: 1 })).toEqual({ start: 1, stopUnhealthy: 0 });
    expect(nextReplacement({ ...service, healthy: 1, unhealthy: 1, pending: 1 })).toEqual({
      start: 0,
      stopUnhealthy: 0,
    });
    expect(nextReplacement({ ...service, healthy: 2, unhealthy: 1 })).toEqual({ start: 0, stopUnhealthy: 1 });
  });

  it('stops one unhealthy task at a time where it does not', () => {
    const service = { desired: 3, upper: 3, pending: 0 };
    expect(nextReplacement({ ...service, healthy: 1, unhealthy: 2 })).toEqual({ start: 0, stopUnhealthy: 1 });
    expect(nextReplacement({ ...service, healthy: 1, unhealthy: 1 })).toEqual({ start: 1, stopUnhealthy: 0 });
    expect(nextReplacement({ ...service, healthy: 1, unhealthy: 1, pending: 1 })).toEqual({
      start: 0,
      stopUnhealthy: 0,
    });
  });

  it('starts tasks that are missing', () => {
    expect(nextReplacement({ desired: 3, upper: 6, healthy: 1, unhealthy: 0, pending: 0 })).toEqual({
      start: 2,
      stopUnhealthy: 0,
    });
  });
});
