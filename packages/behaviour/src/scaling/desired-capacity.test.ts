import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anticipatesFlapping, desiredCapacity } from './desired-capacity.ts';
import { alarmHigh, alarmLow, targetTrackingPolicy } from './policy.ts';

const of = (base: number, metric: number, target = 60, minCapacity = 0, maxCapacity = 100) =>
  desiredCapacity({ base, baseKind: 'running', metric, target, minCapacity, maxCapacity });

describe('the desired capacity', () => {
  it('is running x metric / target, rounded up in both directions', () => {
    expect(of(4, 90).clamped).toBe(6);
    expect(of(4, 61).clamped).toBe(5);
    expect(of(10, 30).clamped).toBe(5);
    expect(of(3, 50).clamped).toBe(3);
    expect(of(2, 30).clamped).toBe(1);
    expect(of(2, 30.1).clamped).toBe(2);
    // 3 x 23.1 is 69.30000000000001 in binary fractions.
    expect(of(3, 23.1, 69.3).clamped).toBe(1);
  });

  it('stays between minimum and maximum and says by which it was held', () => {
    expect(of(4, 200, 60, 2, 10)).toMatchObject({ rounded: 14, clamped: 10, clampedBy: 'maximum' });
    expect(of(4, 1, 60, 2, 10)).toMatchObject({ rounded: 1, clamped: 2, clampedBy: 'minimum' });
    expect(of(4, 90, 60, 2, 10).clampedBy).toBeUndefined();
    expect(of(4, 200, 60, 2, 10).text).toBe('ceil(4 x 200 / 60) = ceil(13.33) = 14, maximum 10');
  });

  it('adds never too little and removes never too much', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (base, metric, target) => {
          const { rounded } = of(base, metric, target, 0, 1e9);
          expect((base * metric) / rounded).toBeLessThanOrEqual(target + 1e-3);
          if (rounded > 1) expect((base * metric) / (rounded - 1)).toBeGreaterThan(target - 1e-3);
        },
      ),
    );
  });
});

describe('anticipated flapping', () => {
  it('is a scale-in that would push the metric back above its target', () => {
    expect(anticipatesFlapping(50, 4, 3, 60)).toBe(true);
    expect(anticipatesFlapping(45, 4, 3, 60)).toBe(false);
    expect(anticipatesFlapping(10, 1, 0, 60)).toBe(true);
    expect(anticipatesFlapping(0, 1, 0, 60)).toBe(false);
  });
});

describe('the alarms of a policy', () => {
  it('are 3 of 3 minutes above the target and 15 of 15 below 90 % of it', () => {
    const policy = targetTrackingPolicy({ name: 'cpu', target: 70 });
    expect(alarmHigh(policy)).toMatchObject({
      comparison: 'GreaterThanThreshold',
      threshold: 70,
      periodMs: 60_000,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: 'missing',
    });
    expect(alarmLow(policy)).toMatchObject({
      comparison: 'LessThanThreshold',
      threshold: 63,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
    });
    expect([80, 30].map((target) => alarmLow({ target, periodMs: 60_000 }).threshold)).toEqual([72, 27]);
  });

  it('look at 20 s datapoints with high-resolution metrics', () => {
    const policy = targetTrackingPolicy({ name: 'cpu', target: 70, periodMs: 20_000 });
    expect(alarmHigh(policy)).toMatchObject({ periodMs: 20_000, evaluationPeriods: 3 });
    expect(alarmLow(policy)).toMatchObject({ periodMs: 20_000, evaluationPeriods: 45 });
    expect(policy.publishDelayMs).toBe(15_000);
  });

  it('have cooldowns of 300 s unless given', () => {
    const policy = targetTrackingPolicy({ name: 'cpu', target: 70, scaleOutCooldownMs: 60_000 });
    expect(policy).toMatchObject({
      scaleOutCooldownMs: 60_000,
      scaleInCooldownMs: 300_000,
      disableScaleIn: false,
    });
  });
});
