import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SimulatedService } from '../../test/simulated-service.ts';
import { targetTrackingPolicy } from './policy.ts';
import { stepTargetTracking } from './target-tracking.ts';
import { initialTargetTracking, nextTargetTrackingAt } from './target-tracking-state.ts';

const cpu = { name: 'cpu', target: 60 };

describe('several policies', () => {
  const memory = { name: 'memory', target: 50 };

  it('scale out when any of them wants to, and the largest result wins', () => {
    const service = new SimulatedService(4, 2, 20, [cpu, memory]);
    expect(service.minutes(3, { cpu: 90, memory: 100 })).toMatchObject({ policy: 'memory', to: 8 });
    const one = new SimulatedService(4, 2, 20, [cpu, memory]);
    expect(one.minutes(3, { cpu: 90, memory: 10 })).toMatchObject({ policy: 'cpu', to: 6 });
  });

  it('scale in only when all of them want to, and the largest result wins', () => {
    const service = new SimulatedService(10, 2, 20, [cpu, memory]);
    expect(service.minutes(15, { cpu: 10, memory: 46 })).toMatchObject({
      kind: 'none',
      reason: 'NotAllPoliciesAgree',
    });
    const both = new SimulatedService(10, 2, 20, [cpu, memory]);
    expect(both.minutes(15, { cpu: 12, memory: 20 })).toMatchObject({
      kind: 'scale-in',
      policy: 'memory',
      to: 4,
    });
  });

  it('leave out of the vote one that may not scale in', () => {
    const service = new SimulatedService(10, 2, 20, [cpu, { ...memory, disableScaleIn: true }]);
    expect(service.minutes(15, { cpu: 30, memory: 24 })).toMatchObject({ kind: 'scale-in', to: 5 });
    const none = new SimulatedService(10, 2, 20, [{ ...cpu, disableScaleIn: true }]);
    expect(none.minutes(15, { cpu: 30 })).toMatchObject({ kind: 'none', reason: 'ScaleInDisabled' });
  });
});

describe('limits', () => {
  it('lift a desired count below the minimum to it on the next scale-out, and leave it alone on scale-in', () => {
    const service = new SimulatedService(1, 4, 10, [cpu]);
    expect(service.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'scale-out',
      reason: 'LiftedToMinimum',
      to: 4,
    });
    const low = new SimulatedService(1, 4, 10, [cpu]);
    expect(low.minutes(20, { cpu: 1 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMinCapacity',
      to: 1,
    });
  });

  it('lower a desired count above the maximum to it on the next scale-in, and leave it alone on scale-out', () => {
    const service = new SimulatedService(20, 4, 10, [cpu]);
    expect(service.minutes(15, { cpu: 50 })).toMatchObject({
      kind: 'scale-in',
      reason: 'LoweredToMaximum',
      to: 10,
    });
    const high = new SimulatedService(20, 4, 10, [cpu]);
    expect(high.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMaxCapacity',
      to: 20,
    });
  });

  it('bring desired inside at once when they are changed', () => {
    const service = new SimulatedService(4, 2, 10, [cpu]);
    service.minutes(1, { cpu: 55 });
    service.target = { ...service.target, minCapacity: 6 };
    expect(service.step()).toMatchObject({
      kind: 'scale-out',
      reason: 'CapacityLimitsChanged',
      from: 4,
      to: 6,
    });
    service.target = { ...service.target, minCapacity: 1, maxCapacity: 3 };
    expect(service.step()).toMatchObject({
      kind: 'scale-in',
      reason: 'CapacityLimitsChanged',
      from: 6,
      to: 3,
    });
  });

  it('start the smallest number of tasks from zero on one datapoint that shows demand', () => {
    const service = new SimulatedService(0, 0, 10, [{ name: 'requests', target: 100 }]);
    expect(service.minutes(2, { requests: 0 })).toMatchObject({ kind: 'none' });
    expect(service.minutes(1, { requests: 500 })).toMatchObject({
      reason: 'StartedFromZero',
      from: 0,
      to: 1,
    });
  });

  it('can be suspended by direction', () => {
    const out = new SimulatedService(4, 2, 10, [cpu]);
    out.extra = { scaleOutSuspended: true };
    expect(out.minutes(3, { cpu: 90 })).toMatchObject({ kind: 'none', reason: 'ScaleOutSuspended' });
    const into = new SimulatedService(4, 2, 10, [cpu]);
    into.extra = { scaleInSuspended: true };
    expect(into.minutes(15, { cpu: 10 })).toMatchObject({ kind: 'none', reason: 'ScaleInSuspended' });
  });
});

describe('an activity', () => {
  it('is overridden without a cooldown when someone else changes desiredCount', () => {
    const service = new SimulatedService(4, 2, 20, [{ ...cpu, scaleOutCooldownMs: 5 * MINUTE }]);
    service.held = true;
    service.minutes(3, { cpu: 90 });
    expect(service.state.activity).toMatchObject({ direction: 'out', to: 6 });
    service.desired = 8;
    service.running = 6;
    service.minutes(0.5, { cpu: 50 });
    expect(service.state.activity).toBeUndefined();
    expect(service.state.scaleOutCooldown).toBeUndefined();
  });

  it('that is never fulfilled holds back a scale-in for 15 minutes only', () => {
    const service = new SimulatedService(4, 2, 20, [cpu]);
    service.held = true;
    service.minutes(3, { cpu: 90 });
    service.minutes(14, { cpu: 10 });
    expect(service.state.activity).toBeDefined();
    service.minutes(2);
    expect(service.desired).toBe(2);
  });
});

describe('steps', () => {
  it('between evaluations change nothing and cost no new state', () => {
    const target = { minCapacity: 1, maxCapacity: 4, policies: [targetTrackingPolicy(cpu)] };
    const state = initialTargetTracking(target, 30_500);
    expect(nextTargetTrackingAt(state)).toBe(60_000);
    const step = stepTargetTracking(target, state, {
      now: 59_999,
      running: 1,
      desired: 1,
      deploymentInProgress: false,
      datapoints: {},
    });
    expect(step.decision).toBeUndefined();
    expect(step.state).toBe(state);
  });

  it('keep the result between minimum and maximum whenever they act, on any metric', () => {
    const metric = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
    const run = fc.array(
      fc.record({ cpu: metric, memory: metric, minutes: fc.integer({ min: 1, max: 20 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(
        run,
        fc.nat(5),
        fc.integer({ min: 0, max: 10 }),
        fc.nat(15),
        (phases, min, spread, start) => {
          const policies = [cpu, { name: 'memory', target: 50, disableScaleIn: start % 2 === 0 }];
          const service = new SimulatedService(start, min, min + spread, policies);
          for (const phase of phases)
            service.minutes(phase.minutes, { cpu: phase.cpu, memory: phase.memory });
          expect(service.decisions.length).toBeGreaterThan(0);
          for (const decision of service.decisions) {
            if (decision.kind === 'none') expect(decision.to).toBe(decision.from);
            else {
              expect(decision.to).toBeGreaterThanOrEqual(min);
              expect(decision.to).toBeLessThanOrEqual(min + spread);
            }
          }
          expect(JSON.parse(JSON.stringify(service.state))).toEqual(service.state);
        },
      ),
      { numRuns: 60 },
    );
  });
});
