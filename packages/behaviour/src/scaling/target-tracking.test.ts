import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Datapoint } from '../cloudwatch/datapoint.ts';
import type { ScalingDecision } from './decision.ts';
import type { TargetTrackingPolicyOptions } from './policy.ts';
import { targetTrackingPolicy } from './policy.ts';
import type { TargetTrackingInput } from './situation.ts';
import { stepTargetTracking } from './target-tracking.ts';
import type { ScalableTarget } from './target-tracking-state.ts';
import { initialTargetTracking, nextTargetTrackingAt } from './target-tracking-state.ts';

const MINUTE = 60_000;

/** A service whose tasks start at once (unless held) and whose metric is set by the test, minute by minute. */
class Service {
  target: ScalableTarget;
  state: ReturnType<typeof initialTargetTracking>;
  now = 0;
  running: number;
  desired: number;
  metrics: Record<string, number | undefined> = {};
  data: Record<string, Datapoint[]> = {};
  extra: Partial<TargetTrackingInput> = {};
  /** Tasks that are wanted but do not start. */
  held = false;
  decisions: ScalingDecision[] = [];

  constructor(tasks: number, min: number, max: number, policies: readonly TargetTrackingPolicyOptions[]) {
    const defaults = { publishDelayMs: 0, scaleOutCooldownMs: 0, scaleInCooldownMs: 0 };
    this.target = {
      minCapacity: min,
      maxCapacity: max,
      policies: policies.map((policy) => targetTrackingPolicy({ ...defaults, ...policy })),
    };
    this.state = initialTargetTracking(this.target, 0);
    this.running = tasks;
    this.desired = tasks;
  }

  step(): ScalingDecision | undefined {
    const step = stepTargetTracking(this.target, this.state, {
      now: this.now,
      running: this.running,
      desired: this.desired,
      deploymentInProgress: false,
      datapoints: this.data,
      ...this.extra,
    });
    this.state = step.state;
    if (step.decision !== undefined) {
      this.decisions.push(step.decision);
      this.desired = step.decision.to;
    }
    if (!this.held) this.running = this.desired;
    return step.decision;
  }

  /** Lets minutes pass, one step each second, and returns the last decision. */
  minutes(
    count: number,
    metrics: Record<string, number | undefined> = this.metrics,
  ): ScalingDecision | undefined {
    this.metrics = metrics;
    let last: ScalingDecision | undefined;
    for (let second = 1; second <= count * 60; second++) {
      this.now += 1_000;
      for (const policy of this.target.policies) {
        const value = this.metrics[policy.name];
        if (this.now % policy.periodMs !== 0 || value === undefined) continue;
        const series = this.data[policy.name] ?? [];
        series.push({ timestamp: this.now - policy.periodMs, value });
        this.data[policy.name] = series.slice(-80);
      }
      last = this.step() ?? last;
    }
    return last;
  }
}

const cpu = { name: 'cpu', target: 60 };

describe('scale-out', () => {
  it('comes with the third breaching minute, by the formula', () => {
    const service = new Service(4, 2, 10, [cpu]);
    service.minutes(2, { cpu: 90 });
    expect(service.desired).toBe(4);
    const decision = service.minutes(1);
    expect(decision).toMatchObject({ kind: 'scale-out', reason: 'ScaledOut', from: 4, to: 6, policy: 'cpu' });
    expect(decision?.policies[0]?.high).toMatchObject({
      state: 'ALARM',
      datapoints: [90, 90, 90],
      fires: true,
    });
    expect(decision?.policies[0]?.formula?.text).toBe('ceil(4 x 90 / 60) = ceil(6.00) = 6');
    expect(decision?.text).toBe(
      'Scales out from 4 to 6: the metric is above the target; ceil(4 x 90 / 60) = ceil(6.00) = 6.',
    );
  });

  it('is decided again each minute while the alarm lasts', () => {
    const service = new Service(4, 2, 100, [cpu]);
    service.minutes(3, { cpu: 90 });
    expect(service.desired).toBe(6);
    service.minutes(1, { cpu: 80 });
    expect(service.desired).toBe(8);
    service.minutes(1, { cpu: 70 });
    expect(service.desired).toBe(10);
  });

  it('waits for the publish delay of the metric', () => {
    const service = new Service(4, 2, 10, [{ ...cpu, publishDelayMs: 90_000 }]);
    service.minutes(4, { cpu: 90 });
    expect(service.desired).toBe(4);
    service.minutes(1);
    expect(service.desired).toBe(6);
  });

  it('comes within two minutes with 20 s metrics', () => {
    const service = new Service(4, 2, 10, [{ ...cpu, periodMs: 20_000, publishDelayMs: 15_000 }]);
    service.minutes(1.25, { cpu: 90 });
    expect(service.desired).toBe(4);
    service.minutes(0.25);
    expect(service.desired).toBe(6);
  });

  it('says when the service is at its maximum or needs no change', () => {
    const service = new Service(10, 2, 10, [cpu]);
    expect(service.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMaxCapacity',
      to: 10,
    });
    const waiting = new Service(4, 2, 10, [cpu]);
    waiting.held = true;
    waiting.minutes(3, { cpu: 90 });
    expect(waiting.minutes(1)).toMatchObject({
      reason: 'AlreadyAtDesiredCapacity',
      from: 6,
      to: 6,
      running: 4,
    });
  });

  it('starts from the running tasks, so that tasks that cannot be placed do not make it run away', () => {
    const service = new Service(4, 2, 100, [cpu]);
    service.held = true;
    service.minutes(30, { cpu: 90 });
    expect(service.desired).toBe(6);
  });
});

describe('the scale-out cooldown', () => {
  const policy = { ...cpu, scaleOutCooldownMs: 5 * MINUTE };

  it('blocks a result that is not larger and counts the capacity already added', () => {
    const service = new Service(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    expect(service.minutes(1)).toMatchObject({ reason: 'ScaleOutCooldown', from: 6, to: 6 });
    expect(service.decisions.at(-1)?.policies[0]?.formula).toMatchObject({
      base: 4,
      baseKind: 'before-activity',
      clamped: 6,
    });
  });

  it('lets a larger result through', () => {
    const service = new Service(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    expect(service.minutes(1, { cpu: 105 })).toMatchObject({ kind: 'scale-out', from: 6, to: 7 });
  });

  it('starts when the tasks run, not when the decision was made', () => {
    const service = new Service(4, 2, 100, [policy]);
    service.held = true;
    service.minutes(3, { cpu: 90 });
    service.minutes(2);
    expect(service.state.scaleOutCooldown).toBeUndefined();
    service.running = 6;
    service.minutes(1);
    expect(service.state.scaleOutCooldown?.until).toBe(5 * MINUTE + 1_000 + 5 * MINUTE);
  });

  it('is over after its time and the formula starts from the running tasks again', () => {
    const service = new Service(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    service.minutes(5);
    expect(service.desired).toBe(6);
    service.minutes(1);
    expect(service.desired).toBe(9);
  });

  it('can be told to start from the running tasks at every evaluation', () => {
    const service = new Service(4, 2, 100, [{ ...policy, scaleOutBase: 'running' }]);
    service.minutes(4, { cpu: 90 });
    expect(service.desired).toBe(9);
  });
});

describe('scale-in', () => {
  it('comes after 15 minutes below 90 % of the target', () => {
    const service = new Service(10, 2, 10, [cpu]);
    service.minutes(14, { cpu: 30 });
    expect(service.desired).toBe(10);
    expect(service.minutes(1)).toMatchObject({ kind: 'scale-in', reason: 'ScaledIn', from: 10, to: 5 });
  });

  it('never comes between 90 % of the target and the target', () => {
    const service = new Service(10, 2, 10, [cpu]);
    expect(service.minutes(30, { cpu: 54 })).toMatchObject({ kind: 'none', reason: 'NoAlarm' });
  });

  it('stays where rounding up leaves nothing to remove', () => {
    const service = new Service(3, 1, 10, [cpu]);
    expect(service.minutes(20, { cpu: 50 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtDesiredCapacity',
    });
    const idle = new Service(2, 2, 10, [cpu]);
    expect(idle.minutes(20, { cpu: 1 })).toMatchObject({ kind: 'none', reason: 'AlreadyAtMinCapacity' });
  });

  it('is blocked completely by its own cooldown', () => {
    const service = new Service(10, 1, 10, [{ ...cpu, scaleInCooldownMs: 5 * MINUTE }]);
    service.minutes(15, { cpu: 30 });
    expect(service.desired).toBe(5);
    expect(service.minutes(2, { cpu: 20 })).toMatchObject({ reason: 'ScaleInCooldown', to: 5 });
    service.minutes(4);
    expect(service.desired).toBe(2);
  });

  it('is suspended while a deployment is in progress, scale-out is not', () => {
    const service = new Service(10, 2, 20, [cpu]);
    service.extra = { deploymentInProgress: true };
    expect(service.minutes(16, { cpu: 30 })).toMatchObject({ kind: 'none', reason: 'DeploymentInProgress' });
    service.minutes(3, { cpu: 90 });
    expect(service.desired).toBe(15);
  });

  it('waits until the last activity has completed', () => {
    const service = new Service(10, 2, 20, [cpu]);
    service.minutes(15, { cpu: 50 });
    expect(service.desired).toBe(9);
    service.held = true;
    service.minutes(1, { cpu: 30 });
    expect(service.desired).toBe(5);
    expect(service.minutes(1)).toMatchObject({ reason: 'ActivityInProgress' });
  });

  it('is refused when it would push another metric back above its target', () => {
    const memory = { name: 'memory', target: 60, disableScaleIn: true };
    const service = new Service(10, 2, 20, [cpu, memory]);
    expect(service.minutes(15, { cpu: 30, memory: 50 })).toMatchObject({
      kind: 'none',
      reason: 'AutoScalingAnticipatedFlapping',
    });
  });

  it('does nothing without data, because missing data is not low utilization', () => {
    const service = new Service(10, 2, 20, [cpu]);
    expect(service.minutes(30, {})).toMatchObject({ kind: 'none', reason: 'InsufficientData' });
  });
});

describe('a scale-out during the scale-in cooldown', () => {
  it('happens at once and cancels the cooldown', () => {
    const service = new Service(10, 2, 20, [{ ...cpu, scaleInCooldownMs: 30 * MINUTE }]);
    service.minutes(16, { cpu: 30 });
    expect(service.state.scaleInCooldown).toBeDefined();
    expect(service.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'scale-out',
      from: 5,
      to: 8,
      cancelledScaleInCooldown: true,
    });
    expect(service.state.scaleInCooldown).toBeUndefined();
  });
});

describe('several policies', () => {
  const memory = { name: 'memory', target: 50 };

  it('scale out when any of them wants to, and the largest result wins', () => {
    const service = new Service(4, 2, 20, [cpu, memory]);
    expect(service.minutes(3, { cpu: 90, memory: 100 })).toMatchObject({ policy: 'memory', to: 8 });
    const one = new Service(4, 2, 20, [cpu, memory]);
    expect(one.minutes(3, { cpu: 90, memory: 10 })).toMatchObject({ policy: 'cpu', to: 6 });
  });

  it('scale in only when all of them want to, and the largest result wins', () => {
    const service = new Service(10, 2, 20, [cpu, memory]);
    expect(service.minutes(15, { cpu: 10, memory: 46 })).toMatchObject({
      kind: 'none',
      reason: 'NotAllPoliciesAgree',
    });
    const both = new Service(10, 2, 20, [cpu, memory]);
    expect(both.minutes(15, { cpu: 12, memory: 20 })).toMatchObject({
      kind: 'scale-in',
      policy: 'memory',
      to: 4,
    });
  });

  it('leave out of the vote one that may not scale in', () => {
    const service = new Service(10, 2, 20, [cpu, { ...memory, disableScaleIn: true }]);
    expect(service.minutes(15, { cpu: 30, memory: 24 })).toMatchObject({ kind: 'scale-in', to: 5 });
    const none = new Service(10, 2, 20, [{ ...cpu, disableScaleIn: true }]);
    expect(none.minutes(15, { cpu: 30 })).toMatchObject({ kind: 'none', reason: 'ScaleInDisabled' });
  });
});

describe('limits', () => {
  it('lift a desired count below the minimum to it on the next scale-out, and leave it alone on scale-in', () => {
    const service = new Service(1, 4, 10, [cpu]);
    expect(service.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'scale-out',
      reason: 'LiftedToMinimum',
      to: 4,
    });
    const low = new Service(1, 4, 10, [cpu]);
    expect(low.minutes(20, { cpu: 1 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMinCapacity',
      to: 1,
    });
  });

  it('lower a desired count above the maximum to it on the next scale-in, and leave it alone on scale-out', () => {
    const service = new Service(20, 4, 10, [cpu]);
    expect(service.minutes(15, { cpu: 50 })).toMatchObject({
      kind: 'scale-in',
      reason: 'LoweredToMaximum',
      to: 10,
    });
    const high = new Service(20, 4, 10, [cpu]);
    expect(high.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMaxCapacity',
      to: 20,
    });
  });

  it('bring desired inside at once when they are changed', () => {
    const service = new Service(4, 2, 10, [cpu]);
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
    const service = new Service(0, 0, 10, [{ name: 'requests', target: 100 }]);
    expect(service.minutes(2, { requests: 0 })).toMatchObject({ kind: 'none' });
    expect(service.minutes(1, { requests: 500 })).toMatchObject({
      reason: 'StartedFromZero',
      from: 0,
      to: 1,
    });
  });

  it('can be suspended by direction', () => {
    const out = new Service(4, 2, 10, [cpu]);
    out.extra = { scaleOutSuspended: true };
    expect(out.minutes(3, { cpu: 90 })).toMatchObject({ kind: 'none', reason: 'ScaleOutSuspended' });
    const into = new Service(4, 2, 10, [cpu]);
    into.extra = { scaleInSuspended: true };
    expect(into.minutes(15, { cpu: 10 })).toMatchObject({ kind: 'none', reason: 'ScaleInSuspended' });
  });
});

describe('an activity', () => {
  it('is overridden without a cooldown when someone else changes desiredCount', () => {
    const service = new Service(4, 2, 20, [{ ...cpu, scaleOutCooldownMs: 5 * MINUTE }]);
    service.held = true;
    service.minutes(3, { cpu: 90 });
    expect(service.state.activity).toMatchObject({ direction: 'out', to: 6 });
    service.desired = 8;
    service.minutes(0.5, { cpu: 50 });
    expect(service.state.activity).toBeUndefined();
    expect(service.state.scaleOutCooldown).toBeUndefined();
  });

  it('that is never fulfilled holds back a scale-in for 15 minutes only', () => {
    const service = new Service(4, 2, 20, [cpu]);
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
          const service = new Service(start, min, min + spread, policies);
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
