import { describe, expect, it } from 'vitest';
import { MINUTE, SimulatedService } from '../../test/simulated-service.ts';

const cpu = { name: 'cpu', target: 60 };

describe('scale-out', () => {
  it('comes with the third breaching minute, by the formula', () => {
    const service = new SimulatedService(4, 2, 10, [cpu]);
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
    const service = new SimulatedService(4, 2, 100, [cpu]);
    service.minutes(3, { cpu: 90 });
    expect(service.desired).toBe(6);
    service.minutes(1, { cpu: 80 });
    expect(service.desired).toBe(8);
    service.minutes(1, { cpu: 70 });
    expect(service.desired).toBe(10);
  });

  it('waits for the publish delay of the metric', () => {
    const service = new SimulatedService(4, 2, 10, [{ ...cpu, publishDelayMs: 90_000 }]);
    service.minutes(4, { cpu: 90 });
    expect(service.desired).toBe(4);
    service.minutes(1);
    expect(service.desired).toBe(6);
  });

  it('comes within two minutes with 20 s metrics', () => {
    const service = new SimulatedService(4, 2, 10, [{ ...cpu, periodMs: 20_000, publishDelayMs: 15_000 }]);
    service.minutes(1.25, { cpu: 90 });
    expect(service.desired).toBe(4);
    service.minutes(0.25);
    expect(service.desired).toBe(6);
  });

  it('says when the service is at its maximum or needs no change', () => {
    const service = new SimulatedService(10, 2, 10, [cpu]);
    expect(service.minutes(3, { cpu: 90 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtMaxCapacity',
      to: 10,
    });
    const waiting = new SimulatedService(4, 2, 10, [cpu]);
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
    const service = new SimulatedService(4, 2, 100, [cpu]);
    service.held = true;
    service.minutes(30, { cpu: 90 });
    expect(service.desired).toBe(6);
  });
});

describe('the scale-out cooldown', () => {
  const policy = { ...cpu, scaleOutCooldownMs: 5 * MINUTE };

  it('blocks a result that is not larger and counts the capacity already added', () => {
    const service = new SimulatedService(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    expect(service.minutes(1)).toMatchObject({ reason: 'ScaleOutCooldown', from: 6, to: 6 });
    expect(service.decisions.at(-1)?.policies[0]?.formula).toMatchObject({
      base: 4,
      baseKind: 'before-activity',
      clamped: 6,
    });
  });

  it('lets a larger result through', () => {
    const service = new SimulatedService(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    expect(service.minutes(1, { cpu: 105 })).toMatchObject({ kind: 'scale-out', from: 6, to: 7 });
  });

  it('starts when the tasks run, not when the decision was made', () => {
    const service = new SimulatedService(4, 2, 100, [policy]);
    service.held = true;
    service.minutes(3, { cpu: 90 });
    service.minutes(2);
    expect(service.state.scaleOutCooldown).toBeUndefined();
    service.running = 6;
    service.minutes(1);
    expect(service.state.scaleOutCooldown?.until).toBe(5 * MINUTE + 1_000 + 5 * MINUTE);
  });

  it('is over after its time and the formula starts from the running tasks again', () => {
    const service = new SimulatedService(4, 2, 100, [policy]);
    service.minutes(3, { cpu: 90 });
    service.minutes(5);
    expect(service.desired).toBe(6);
    service.minutes(1);
    expect(service.desired).toBe(9);
  });

  it('can be told to start from the running tasks at every evaluation', () => {
    const service = new SimulatedService(4, 2, 100, [{ ...policy, scaleOutBase: 'running' }]);
    service.minutes(4, { cpu: 90 });
    expect(service.desired).toBe(9);
  });
});

describe('scale-in', () => {
  it('comes after 15 minutes below 90 % of the target', () => {
    const service = new SimulatedService(10, 2, 10, [cpu]);
    service.minutes(14, { cpu: 30 });
    expect(service.desired).toBe(10);
    expect(service.minutes(1)).toMatchObject({ kind: 'scale-in', reason: 'ScaledIn', from: 10, to: 5 });
  });

  it('never comes between 90 % of the target and the target', () => {
    const service = new SimulatedService(10, 2, 10, [cpu]);
    expect(service.minutes(30, { cpu: 54 })).toMatchObject({ kind: 'none', reason: 'NoAlarm' });
  });

  it('stays where rounding up leaves nothing to remove', () => {
    const service = new SimulatedService(3, 1, 10, [cpu]);
    expect(service.minutes(20, { cpu: 50 })).toMatchObject({
      kind: 'none',
      reason: 'AlreadyAtDesiredCapacity',
    });
    const idle = new SimulatedService(2, 2, 10, [cpu]);
    expect(idle.minutes(20, { cpu: 1 })).toMatchObject({ kind: 'none', reason: 'AlreadyAtMinCapacity' });
  });

  it('is blocked completely by its own cooldown', () => {
    const service = new SimulatedService(10, 1, 10, [{ ...cpu, scaleInCooldownMs: 5 * MINUTE }]);
    service.minutes(15, { cpu: 30 });
    expect(service.desired).toBe(5);
    expect(service.minutes(2, { cpu: 20 })).toMatchObject({ reason: 'ScaleInCooldown', to: 5 });
    service.minutes(4);
    expect(service.desired).toBe(2);
  });

  it('is suspended while a deployment is in progress, scale-out is not', () => {
    const service = new SimulatedService(10, 2, 20, [cpu]);
    service.extra = { deploymentInProgress: true };
    expect(service.minutes(16, { cpu: 30 })).toMatchObject({ kind: 'none', reason: 'DeploymentInProgress' });
    service.minutes(3, { cpu: 90 });
    expect(service.desired).toBe(15);
  });

  it('waits until the last activity has completed', () => {
    const service = new SimulatedService(10, 2, 20, [cpu]);
    service.minutes(15, { cpu: 50 });
    expect(service.desired).toBe(9);
    service.held = true;
    service.minutes(1, { cpu: 30 });
    expect(service.desired).toBe(5);
    expect(service.minutes(1)).toMatchObject({ reason: 'ActivityInProgress' });
  });

  it('is refused when it would push another metric back above its target', () => {
    const memory = { name: 'memory', target: 60, disableScaleIn: true };
    const service = new SimulatedService(10, 2, 20, [cpu, memory]);
    expect(service.minutes(15, { cpu: 30, memory: 50 })).toMatchObject({
      kind: 'none',
      reason: 'AutoScalingAnticipatedFlapping',
    });
  });

  it('does nothing without data, because missing data is not low utilization', () => {
    const service = new SimulatedService(10, 2, 20, [cpu]);
    expect(service.minutes(30, {})).toMatchObject({ kind: 'none', reason: 'InsufficientData' });
  });
});

describe('a scale-out during the scale-in cooldown', () => {
  it('happens at once and cancels the cooldown', () => {
    const service = new SimulatedService(10, 2, 20, [{ ...cpu, scaleInCooldownMs: 30 * MINUTE }]);
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
