import { describe, expect, it } from 'vitest';
import type { DeploymentTaskEvent } from './circuit-breaker.ts';
import {
  CIRCUIT_BREAKER_DEFAULTS,
  CIRCUIT_BREAKER_START,
  circuitBreakerThreshold,
  failedDeploymentOutcome,
  rollbackTarget,
  stepCircuitBreaker,
} from './circuit-breaker.ts';
import { bakeTimeOver, startDeploymentAlarms, stepDeploymentAlarms } from './deployment-alarms.ts';
import { taskCountsAsHealthy, taskIsReplaced } from './task-counts-as-healthy.ts';

const after = (events: readonly DeploymentTaskEvent[], settings = CIRCUIT_BREAKER_DEFAULTS, desired = 2) =>
  events.reduce((state, event) => stepCircuitBreaker(state, event, settings, desired), CIRCUIT_BREAKER_START);
const times = (count: number, event: DeploymentTaskEvent) => Array.from({ length: count }, () => event);

describe('the threshold of the circuit breaker', () => {
  it('is half of desired, at least 3 and at most 200', () => {
    expect([1, 2, 6, 7, 25, 400, 800].map((desired) => circuitBreakerThreshold(desired))).toEqual([
      3, 3, 3, 4, 13, 200, 200,
    ]);
  });

  it('can be an unbounded percentage or a count', () => {
    expect(circuitBreakerThreshold(800, { type: 'UNBOUNDED_PERCENT', value: 50 })).toBe(400);
    expect(circuitBreakerThreshold(2, { type: 'UNBOUNDED_PERCENT', value: 50 })).toBe(1);
    expect(circuitBreakerThreshold(800, { type: 'COUNT', value: 2 })).toBe(2);
    expect(circuitBreakerThreshold(20, { type: 'BOUNDED_PERCENT', value: 25 })).toBe(5);
  });
});

describe('the circuit breaker', () => {
  it('trips in stage 1 on tasks that never reach RUNNING', () => {
    expect(after(times(2, 'never-ran'))).toEqual({ stage: 1, failures: 2, tripped: false });
    expect(after(times(3, 'never-ran')).tripped).toBe(true);
  });

  it('enters stage 2 with the first RUNNING task and counts from 0', () => {
    expect(after(['never-ran', 'never-ran', 'running'])).toEqual({ stage: 2, failures: 0, tripped: false });
    expect(after(['running', ...times(5, 'never-ran')]).failures).toBe(0);
  });

  it('trips in stage 2 on tasks replaced for failed health checks', () => {
    expect(after(['running', ...times(2, 'failed-health-check')]).tripped).toBe(false);
    expect(after(['running', ...times(3, 'failed-health-check')]).tripped).toBe(true);
  });

  it('counts tasks that run and exit by themselves', () => {
    expect(after(['running', 'exited', 'running', 'exited', 'running', 'exited']).tripped).toBe(true);
  });

  it('starts from 0 again when a task becomes healthy, unless told not to', () => {
    const events: readonly DeploymentTaskEvent[] = [
      'running',
      ...times(2, 'failed-health-check'),
      'healthy',
      'failed-health-check',
    ];
    expect(after(events)).toMatchObject({ failures: 1, tripped: false });
    expect(after(events, { ...CIRCUIT_BREAKER_DEFAULTS, resetOnHealthyTask: false }).tripped).toBe(true);
  });

  it('stays tripped', () => {
    expect(after([...times(3, 'never-ran'), 'running', 'healthy']).tripped).toBe(true);
  });
});

describe('a failed deployment', () => {
  const done = (id: string, createdAt: number) => ({ id, createdAt, rolloutState: 'COMPLETED' as const });

  it('goes back to the newest completed one', () => {
    const deployments = [
      done('a', 1),
      done('b', 2),
      { id: 'c', createdAt: 3, rolloutState: 'FAILED' as const },
      { id: 'd', createdAt: 4, rolloutState: 'IN_PROGRESS' as const },
    ];
    expect(rollbackTarget(deployments)?.id).toBe('b');
    expect(failedDeploymentOutcome(true, deployments)).toMatchObject({ kind: 'roll-back', to: { id: 'b' } });
    expect(failedDeploymentOutcome(false, deployments)).toEqual({ kind: 'stop' });
  });

  it('stalls when none has ever completed', () => {
    expect(failedDeploymentOutcome(true, [{ id: 'a', createdAt: 1, rolloutState: 'IN_PROGRESS' }])).toEqual({
      kind: 'stall',
    });
  });
});

describe('deployment alarms', () => {
  it('fail the deployment when one of them goes into ALARM, for good', () => {
    const start = startDeploymentAlarms(['errors', 'slow'], { errors: 'OK', slow: 'INSUFFICIENT_DATA' });
    const tripped = stepDeploymentAlarms(start, ['errors', 'slow'], { errors: 'OK', slow: 'ALARM' });
    expect(tripped.trippedBy).toBe('slow');
    expect(stepDeploymentAlarms(tripped, ['errors', 'slow'], {}).trippedBy).toBe('slow');
    expect(stepDeploymentAlarms(start, ['errors', 'slow'], { other: 'ALARM' })).toBe(start);
  });

  it('are ignored when one is in ALARM at the start', () => {
    const start = startDeploymentAlarms(['errors'], { errors: 'ALARM' });
    expect(stepDeploymentAlarms(start, ['errors'], { errors: 'ALARM' }).trippedBy).toBeUndefined();
    expect(bakeTimeOver(start, ['errors'], 0, 1)).toBe(true);
  });

  it('keep the deployment in progress through the bake time', () => {
    const start = startDeploymentAlarms(['errors'], {});
    expect(bakeTimeOver(start, ['errors'], 1_000, 60_999, 60_000)).toBe(false);
    expect(bakeTimeOver(start, ['errors'], 1_000, 61_000, 60_000)).toBe(true);
    expect(bakeTimeOver(start, [], 1_000, 1_000, 60_000)).toBe(true);
  });
});

describe('a task in a deployment', () => {
  it('counts as healthy 40 s after RUNNING when there is no check', () => {
    expect(taskCountsAsHealthy({ runningSince: 0 }, 39_999)).toBe(false);
    expect(taskCountsAsHealthy({ runningSince: 0 }, 40_000)).toBe(true);
    expect(taskCountsAsHealthy({ runningSince: undefined }, 99_999)).toBe(false);
  });

  it('counts as healthy when its target and its container are', () => {
    expect(taskCountsAsHealthy({ runningSince: 0, targetState: 'healthy' }, 1)).toBe(true);
    expect(taskCountsAsHealthy({ runningSince: 0, targetState: 'initial' }, 99_999)).toBe(false);
    expect(
      taskCountsAsHealthy({ runningSince: 0, targetState: 'healthy', containerHealth: 'UNKNOWN' }, 1),
    ).toBe(false);
    expect(taskCountsAsHealthy({ runningSince: 0, containerHealth: 'HEALTHY' }, 1)).toBe(true);
  });

  it('is replaced when unhealthy, but not within the grace period', () => {
    const sick = { runningSince: 0, targetState: 'unhealthy' as const };
    expect(taskIsReplaced(sick, 60_000, 59_999)).toBe(false);
    expect(taskIsReplaced(sick, 60_000, 60_000)).toBe(true);
    expect(taskIsReplaced({ runningSince: 0, targetState: 'initial' }, 0, 1)).toBe(false);
  });
});
