import { describe, expect, it } from 'vitest';
import { applyContainerCheck, startContainerHealth } from './container-health.ts';
import { LAUNCH_BACKOFF_START, launchBackoffMs, recordLaunch } from './launch-backoff.ts';
import { beginSpotStop, spotInterruption } from './spot.ts';
import type { StopSettings, TaskStopState } from './task-lifecycle.ts';
import { beginTaskStop, isBefore, nextTaskStopAt, stepTaskStop, TASK_STATUSES } from './task-lifecycle.ts';

describe('the life of a task', () => {
  it('has eight statuses in order', () => {
    expect(TASK_STATUSES.join(' ')).toBe(
      'PROVISIONING PENDING ACTIVATING RUNNING DEACTIVATING STOPPING DEPROVISIONING STOPPED',
    );
    expect(isBefore('ACTIVATING', 'RUNNING')).toBe(true);
    expect(isBefore('STOPPED', 'RUNNING')).toBe(false);
  });
});

describe('the stop of a task', () => {
  const settings: StopSettings = { deregistrationDelayMs: 30_000, stopTimeoutMs: 10_000 };
  const step = (
    state: TaskStopState,
    now: number,
    inFlightRequests = 0,
    exited = false,
    drain?: StopSettings['drainWait'],
  ) =>
    stepTaskStop(drain === undefined ? settings : { ...settings, drainWait: drain }, state, {
      now,
      inFlightRequests,
      exited,
    });

  it('deregisters, drains, signals and kills, in this order and each once', () => {
    const begun = beginTaskStop(1_000, true);
    expect(begun).toMatchObject({ actions: ['deregister'], state: { status: 'DEACTIVATING' } });
    expect(nextTaskStopAt(settings, begun.state)).toBe(31_000);
    expect(step(begun.state, 30_999)).toEqual({ state: begun.state, actions: [] });
    const signalled = step(begun.state, 31_000);
    expect(signalled).toMatchObject({
      actions: ['signal'],
      state: { status: 'STOPPING', signalledAt: 31_000 },
    });
    expect(nextTaskStopAt(settings, signalled.state)).toBe(41_000);
    expect(step(signalled.state, 40_999).actions).toEqual([]);
    const killed = step(signalled.state, 41_000);
    expect(killed.actions).toEqual(['kill']);
    expect(step(killed.state, 42_000).actions).toEqual([]);
    expect(nextTaskStopAt(settings, killed.state)).toBeUndefined();
    expect(step(killed.state, 42_000, 0, true).state.status).toBe('STOPPED');
  });

  it('cuts requests that outlast the deregistration delay', () => {
    const { state } = beginTaskStop(0, true);
    expect(step(state, 29_999, 3).actions).toEqual([]);
    expect(step(state, 30_000, 3).actions).toEqual(['cut-requests', 'signal']);
  });

  it('signals as soon as nothing is in flight when asked to', () => {
    const { state } = beginTaskStop(0, true);
    expect(step(state, 5, 1, false, 'until-idle').actions).toEqual([]);
    expect(step(state, 5, 0, false, 'until-idle').actions).toEqual(['signal']);
  });

  it('signals at once without a load balancer', () => {
    const begun = beginTaskStop(0, false);
    expect(begun.actions).toEqual([]);
    expect(step(begun.state, 0).actions).toEqual(['signal']);
  });

  it('is over when its processes have exited', () => {
    const { state } = step(beginTaskStop(0, true).state, 5, 2, true);
    expect(state.status).toBe('STOPPED');
    expect(step(state, 99_999)).toEqual({ state, actions: [] });
  });
});

describe('launches after failures', () => {
  it('wait twice as long each time, at most 15 minutes', () => {
    expect([0, 1, 2, 3, 4, 8, 9, 50].map(launchBackoffMs)).toEqual([
      0, 0, 10_000, 20_000, 40_000, 640_000, 900_000, 900_000,
    ]);
  });

  it('are slowed down only by tasks that never reached RUNNING', () => {
    const twice = recordLaunch(recordLaunch(LAUNCH_BACKOFF_START, 'never-ran', 0), 'never-ran', 1_000);
    expect(twice).toEqual({ failures: 2, notBefore: 11_000 });
    expect(recordLaunch(twice, 'reached-running', 2_000)).toEqual(LAUNCH_BACKOFF_START);
  });
});

describe('a Spot interruption', () => {
  it('signals with the notice and kills after the stop timeout, within two minutes', () => {
    expect(spotInterruption(1_000, 30_000)).toEqual({ noticeAt: 1_000, signalAt: 1_000, killAt: 31_000 });
    expect(spotInterruption(1_000, 500_000).killAt).toBe(121_000);
  });

  it('deregisters before it signals, as far as is known', () => {
    const { state, actions } = beginSpotStop(1_000, true);
    expect(actions).toEqual(['deregister', 'signal']);
    expect(beginSpotStop(1_000, false).actions).toEqual(['signal']);
    const settings = { deregistrationDelayMs: 300_000, stopTimeoutMs: 30_000 };
    const idle = { inFlightRequests: 0, exited: false };
    expect(stepTaskStop(settings, state, { now: 30_999, ...idle }).actions).toEqual([]);
    expect(stepTaskStop(settings, state, { now: 31_000, ...idle }).actions).toEqual(['kill']);
  });
});

describe('a container health check', () => {
  const check = { retries: 3, startPeriodMs: 10_000 };
  const run = (results: readonly [number, boolean][]) =>
    results.reduce(
      (health, [now, success]) => applyContainerCheck(check, health, success, now),
      startContainerHealth(0),
    );

  it('is healthy after one success and unhealthy after as many failures in a row as retries', () => {
    expect(run([[1, true]]).status).toBe('HEALTHY');
    expect(
      run([
        [1, true],
        [2, false],
        [3, false],
      ]).status,
    ).toBe('HEALTHY');
    expect(
      run([
        [1, true],
        [2, false],
        [3, false],
        [4, false],
      ]).status,
    ).toBe('UNHEALTHY');
    expect(
      run([
        [1, true],
        [2, false],
        [3, false],
        [4, true],
        [5, false],
      ]).status,
    ).toBe('HEALTHY');
  });

  it('forgives failures in the start period, which a success ends', () => {
    expect(
      run([
        [1, false],
        [2, false],
        [3, false],
        [4, false],
      ]).status,
    ).toBe('UNKNOWN');
    expect(
      run([
        [10_000, false],
        [10_001, false],
        [10_002, false],
      ]).status,
    ).toBe('UNHEALTHY');
  });
});
