import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectableTargets } from './selectable-targets.ts';
import type { HealthCheckResult, TargetHealth } from './target-health.ts';
import {
  advanceTargetHealth,
  applyHealthCheck,
  beginHealthChecks,
  compileMatcher,
  deregisterTarget,
  registerTarget,
  setTargetInUse,
} from './target-health.ts';

const settings = { healthyThreshold: 3, unhealthyThreshold: 2 };
const after = (health: TargetHealth, ...results: readonly HealthCheckResult[]) =>
  results.reduce((state, result, index) => applyHealthCheck(state, result, settings, index + 1), health);
const healthy = after(registerTarget(0), 'success');

describe('target health', () => {
  it('is initial after registration, first registering, then checking', () => {
    expect(registerTarget(5)).toMatchObject({
      state: 'initial',
      reason: 'Elb.RegistrationInProgress',
      since: 5,
    });
    expect(beginHealthChecks(registerTarget(5)).reason).toBe('Elb.InitialHealthChecking');
  });

  it('needs one success from initial, whatever the healthy threshold', () => {
    expect(healthy).toMatchObject({ state: 'healthy', reason: undefined, since: 1 });
    expect(after(registerTarget(0), 'failed', 'success').state).toBe('healthy');
  });

  it('becomes unhealthy after as many failures in a row as the threshold, with the reason of the last', () => {
    expect(after(healthy, 'failed').state).toBe('healthy');
    expect(after(healthy, 'failed', 'success', 'failed').state).toBe('healthy');
    expect(after(healthy, 'failed', 'timeout')).toMatchObject({
      state: 'unhealthy',
      reason: 'Target.Timeout',
    });
    expect(after(registerTarget(0), 'timeout', 'response-code-mismatch')).toMatchObject({
      state: 'unhealthy',
      reason: 'Target.ResponseCodeMismatch',
    });
  });

  it('becomes healthy again after as many successes in a row as the threshold', () => {
    const unhealthy = after(healthy, 'failed', 'failed');
    expect(after(unhealthy, 'success', 'success').state).toBe('unhealthy');
    expect(after(unhealthy, 'success', 'success', 'failed', 'success').state).toBe('unhealthy');
    expect(after(unhealthy, 'success', 'success', 'success').state).toBe('healthy');
  });

  it('is draining after deregistration until the delay is over, then unused', () => {
    const draining = deregisterTarget(healthy, 100, 30_000);
    expect(draining).toMatchObject({ state: 'draining', reason: 'Target.DeregistrationInProgress' });
    expect(deregisterTarget(draining, 200, 30_000)).toBe(draining);
    expect(after(draining, 'failed', 'failed').state).toBe('draining');
    expect(advanceTargetHealth(draining, 30_099).state).toBe('draining');
    expect(advanceTargetHealth(draining, 30_100)).toMatchObject({
      state: 'unused',
      reason: 'Target.NotRegistered',
    });
  });

  it('is unused while no listener rule refers to its target group', () => {
    expect(registerTarget(0, false)).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
    const unused = setTargetInUse(healthy, false, 9);
    expect(unused).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
    expect(setTargetInUse(unused, true, 10).state).toBe('initial');
    expect(setTargetInUse(healthy, true, 10)).toBe(healthy);
  });

  it('keeps the counters within the thresholds for any run of checks', () => {
    const results = fc.array(fc.constantFrom<HealthCheckResult>('success', 'failed', 'timeout'));
    fc.assert(
      fc.property(results, (run) => {
        const health = after(registerTarget(0), ...run);
        expect(Math.min(health.consecutiveSuccesses, health.consecutiveFailures)).toBe(0);
        if (health.state !== 'unhealthy') expect(health.consecutiveFailures).toBeLessThan(2);
        if (run.at(-1) === 'success' && run.length === 1) expect(health.state).toBe('healthy');
      }),
    );
  });
});

describe('the matcher', () => {
  it('takes single codes, lists and ranges', () => {
    expect(compileMatcher('200')(200)).toBe(true);
    expect(compileMatcher('200')(204)).toBe(false);
    expect(compileMatcher('200,301-303')(302)).toBe(true);
    expect(() => compileMatcher('2xx')).toThrow('2xx');
  });
});

describe('selectable targets', () => {
  const target = (state: TargetHealth['state']) => ({ health: { state } });

  it('are the healthy ones as long as there is one', () => {
    const result = selectableTargets([
      target('healthy'),
      target('unhealthy'),
      target('initial'),
      target('draining'),
    ]);
    expect(result).toEqual({ targets: [target('healthy')], failOpen: false });
  });

  it('are all registered ones when none is healthy: fail-open, not 503', () => {
    const result = selectableTargets([
      target('unhealthy'),
      target('initial'),
      target('draining'),
      target('unused'),
    ]);
    expect(result).toEqual({ targets: [target('unhealthy'), target('initial')], failOpen: true });
  });

  it('fail open below the minimum count or percentage', () => {
    const targets = [target('healthy'), target('unhealthy'), target('unhealthy')];
    expect(
      selectableTargets(targets, { minimumHealthyCount: 2, minimumHealthyPercentage: 'off' }).failOpen,
    ).toBe(true);
    expect(
      selectableTargets(targets, { minimumHealthyCount: 1, minimumHealthyPercentage: 34 }).failOpen,
    ).toBe(true);
    expect(
      selectableTargets(targets, { minimumHealthyCount: 1, minimumHealthyPercentage: 33 }).failOpen,
    ).toBe(false);
  });

  it('are none without registered targets, which means 503', () => {
    expect(selectableTargets([target('draining')])).toEqual({ targets: [], failOpen: false });
  });
});
