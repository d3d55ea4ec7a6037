import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRebalancing } from './zone-rebalancing.ts';
import type { PlacedTask } from './zone-spread.ts';
import { nextTaskToStop, nextZone } from './zone-spread.ts';

const zones = ['a', 'b', 'c'];
let serial = 0;
const task = (zone: string, capacityProvider = 'FARGATE', more: Partial<PlacedTask> = {}): PlacedTask => {
  serial++;
  return { id: `task-${serial}`, zone, capacityProvider, startedAt: serial, ...more };
};

describe('the zone of the next task', () => {
  it('is the one with the fewest tasks of its capacity provider', () => {
    expect(nextZone(zones, [task('a'), task('b')], 'FARGATE')).toBe('c');
    expect(nextZone(zones, [task('a'), task('b', 'FARGATE_SPOT')], 'FARGATE_SPOT')).toBe('c');
    expect(nextZone(zones, [task('a'), task('c', 'FARGATE_SPOT')], 'FARGATE')).toBe('b');
    expect(() => nextZone([], [], 'FARGATE')).toThrow(RangeError);
  });

  it('keeps each provider within one task of balance', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('FARGATE', 'FARGATE_SPOT'), { maxLength: 40 }), (providers) => {
        const tasks: PlacedTask[] = [];
        for (const provider of providers) tasks.push(task(nextZone(zones, tasks, provider), provider));
        for (const provider of ['FARGATE', 'FARGATE_SPOT']) {
          const counts = zones.map(
            (zone) => tasks.filter((one) => one.zone === zone && one.capacityProvider === provider).length,
          );
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('the task to stop', () => {
  it('is in the fullest zone of its provider, and there the newest', () => {
    const tasks = [task('a'), task('b'), task('b'), task('c', 'FARGATE_SPOT')];
    expect(nextTaskToStop(tasks, 'FARGATE')).toBe(tasks[2]);
    expect(nextTaskToStop(tasks, 'FARGATE_SPOT')).toBe(tasks[3]);
    expect(nextTaskToStop([], 'FARGATE')).toBeUndefined();
  });

  it('is an unhealthy one before all others', () => {
    const sick = task('a', 'FARGATE', { healthy: false });
    expect(nextTaskToStop([sick, task('b'), task('b')], 'FARGATE')).toBe(sick);
  });
});

describe('Availability Zone rebalancing', () => {
  const tasks = [task('a'), task('a'), task('a'), task('b')];
  const input = { enabled: true, maximumPercent: 200, steadyState: true, zones, tasks };

  it('starts in the emptiest zone before it stops in the fullest', () => {
    expect(decideRebalancing(input)).toEqual({
      kind: 'move',
      capacityProvider: 'FARGATE',
      startIn: 'c',
      thenStop: tasks[2],
    });
  });

  it('does nothing when off, in a deployment, with maximumPercent 100 or in balance', () => {
    expect(decideRebalancing({ ...input, enabled: false })).toEqual({ kind: 'none', reason: 'disabled' });
    expect(decideRebalancing({ ...input, steadyState: false })).toEqual({
      kind: 'none',
      reason: 'not-steady',
    });
    expect(decideRebalancing({ ...input, maximumPercent: 100 })).toEqual({
      kind: 'none',
      reason: 'maximum-percent-100',
    });
    const balanced = [task('a'), task('b'), task('a', 'FARGATE_SPOT')];
    expect(decideRebalancing({ ...input, tasks: balanced })).toEqual({ kind: 'none', reason: 'balanced' });
  });

  it('moves tasks out of a zone that was lost', () => {
    const decision = decideRebalancing({
      ...input,
      zones: ['b', 'c'],
      tasks: [task('a'), task('a'), task('b')],
    });
    expect(decision).toMatchObject({ kind: 'move', startIn: 'c', thenStop: { zone: 'a' } });
  });
});
