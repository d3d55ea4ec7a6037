import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateSamples, percentile, serviceCpuUtilization, statisticOf } from './statistics.ts';

const second = (at: number, value: number) => ({ at: at * 1_000, value });

describe('aggregation of samples', () => {
  it('aligns periods to the clock and leaves out those without a sample', () => {
    const samples = [second(5, 1), second(59, 3), second(180, 7)];
    expect(aggregateSamples(samples, { periodMs: 60_000, statistic: 'Average' })).toEqual([
      { timestamp: 0, value: 2 },
      { timestamp: 180_000, value: 7 },
    ]);
  });

  it('leaves out a period that is not complete', () => {
    const samples = [second(0, 1), second(60, 2)];
    expect(aggregateSamples(samples, { periodMs: 60_000, statistic: 'Sum', until: 119_999 })).toHaveLength(1);
    expect(aggregateSamples(samples, { periodMs: 60_000, statistic: 'Sum', until: 120_000 })).toHaveLength(2);
  });

  it('knows average, sum, minimum, maximum, sample count and percentiles', () => {
    const values = [4, 1, 3, 2];
    expect(
      (['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99'] as const).map((one) =>
        statisticOf(values, one),
      ),
    ).toEqual([2.5, 10, 1, 4, 4, 2, 4]);
    expect(values).toEqual([4, 1, 3, 2]);
    expect(statisticOf([], 'Sum')).toBeUndefined();
    expect(percentile([], 50)).toBeUndefined();
  });

  it('keeps every sample exactly once', () => {
    const ascending = fc.array(fc.nat(600)).map((seconds) => seconds.sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, fc.constantFrom(10_000, 20_000, 60_000), (seconds, periodMs) => {
        const samples = seconds.map((at) => second(at, 1));
        const datapoints = aggregateSamples(samples, { periodMs, statistic: 'SampleCount' });
        expect(datapoints.reduce((sum, point) => sum + point.value, 0)).toBe(samples.length);
        for (const { timestamp } of datapoints) expect(timestamp % periodMs).toBe(0);
      }),
    );
  });
});

describe('the CPU utilization of a service', () => {
  it('is used by reserved units over all tasks, and never above 100', () => {
    expect(serviceCpuUtilization([256, 512], 512)).toBe(75);
    expect(serviceCpuUtilization([600, 600], 512)).toBe(100);
  });

  it('has no value without a running task', () => {
    expect(serviceCpuUtilization([], 512)).toBeUndefined();
  });
});
