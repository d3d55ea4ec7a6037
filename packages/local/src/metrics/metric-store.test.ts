import { aggregateSamples } from '@breakwater/behaviour';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RELATIVE_ERROR } from './histogram.ts';
import { createMetricStore } from './metric-store.ts';
import { MetricQueryError, type MetricStore, type RequestSample } from './types.ts';

const START = 1_800_000_000_000;
const MINUTE = 60_000;

function request(overrides: Partial<RequestSample> = {}): RequestSample {
  return {
    service: 'catalog',
    task: 'a',
    route: '/api/*',
    status: 200,
    targetMs: 10,
    elbGenerated: false,
    at: START,
    ...overrides,
  };
}

const anyRequest = fc.record({
  task: fc.constantFrom('a', 'b'),
  route: fc.constantFrom('/api/*', '/health'),
  status: fc.constantFrom(200, 201, 302, 404, 500),
  targetMs: fc.double({ min: 0.05, max: 60_000, noNaN: true }),
  offset: fc.integer({ min: 0, max: 5 * MINUTE - 1 }),
});

function recordAll(store: MetricStore, requests: readonly { offset: number }[]): readonly RequestSample[] {
  const samples = requests.map(({ offset, ...rest }) => request({ ...rest, at: START + offset }));
  for (const sample of samples) store.recordRequest(sample);
  return samples;
}

/** Values by period as behaviour's own aggregation of every single sample has them. */
function reference(
  samples: readonly RequestSample[],
  value: (sample: RequestSample) => number,
  statistic: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount' | 'p50' | 'p99',
  stepSeconds: number,
): (number | null)[] {
  const periodMs = stepSeconds * 1_000;
  const sorted = [...samples]
    .sort((a, b) => a.at - b.at)
    .map((sample) => ({ at: sample.at, value: value(sample) }));
  const points = aggregateSamples(sorted, { periodMs, statistic });
  const first = Math.floor(START / periodMs) * periodMs;
  return Array.from(
    { length: Math.ceil((START + 5 * MINUTE - first) / periodMs) },
    (_, index) => points.find((point) => point.timestamp === first + index * periodMs)?.value ?? null,
  );
}

describe('metric store', () => {
  it('counts and measures as the aggregation of every single request would', () => {
    fc.assert(
      fc.property(
        fc.array(anyRequest, { maxLength: 200, size: 'max' }),
        fc.constantFrom(1, 6, 20, 60),
        fc.constantFrom('Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount' as const),
        fc.constantFrom('a', 'b', null),
        (requests, stepSeconds, statistic, task) => {
          const store = createMetricStore();
          const all = recordAll(store, requests);
          const samples = all.filter((sample) => task === null || sample.task === task);
          const range = {
            service: 'catalog',
            task,
            from: START,
            to: START + 5 * MINUTE,
            stepSeconds,
            statistic,
          };
          const times = store.query({ ...range, metric: 'TargetResponseTime' }).values;
          const expected = reference(samples, (sample) => sample.targetMs / 1_000, statistic, stepSeconds);
          expect(times.length).toBe(expected.length);
          for (const [index, value] of expected.entries()) {
            if (value === null) expect(times[index]).toBeNull();
            else expect(times[index]).toBeCloseTo(value, 9);
          }
          expect(store.query({ ...range, metric: 'RequestCount' }).values).toEqual(
            reference(samples, () => 1, statistic, stepSeconds),
          );
        },
      ),
    );
  });

  it('gives percentiles within 5 % of those of every single request', () => {
    fc.assert(
      fc.property(
        fc.array(anyRequest, { minLength: 1, maxLength: 200, size: 'max' }),
        fc.constantFrom('p50' as const, 'p99' as const),
        (requests, statistic) => {
          const store = createMetricStore();
          const samples = recordAll(store, requests);
          const expected = reference(samples, (sample) => sample.targetMs / 1_000, statistic, 60);
          const { values } = store.query({
            metric: 'TargetResponseTime',
            service: 'catalog',
            from: START,
            to: START + 5 * MINUTE,
            stepSeconds: 60,
            statistic,
          });
          for (const [index, value] of expected.entries()) {
            const estimate = values[index] ?? null;
            if (value === null || estimate === null) expect(estimate).toBe(value);
            else expect(Math.abs(estimate - value)).toBeLessThanOrEqual(value * RELATIVE_ERROR * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it('keeps the same sums by minute as by second', () => {
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 100, size: 'max' }), (requests) => {
        const store = createMetricStore();
        recordAll(store, requests);
        const query = {
          metric: 'RequestCount',
          service: 'catalog',
          statistic: 'Sum',
          stepSeconds: 60,
        } as const;
        const recent = store.query({ ...query, from: START, to: START + 5 * MINUTE }).values;
        // A long question is answered from the minutes.
        const long = store.query({ ...query, from: START - 60 * MINUTE, to: START + 5 * MINUTE }).values;
        expect(long.slice(60)).toEqual(recent);
      }),
    );
  });

  it('tells apart what the target answered, what the load balancer made up, and what had no target', () => {
    const store = createMetricStore();
    store.recordRequest(request({ status: 503 }));
    store.recordRequest(request({ status: 502, elbGenerated: true, targetMs: -1 }));
    store.recordRequest(request({ status: 503, elbGenerated: true, targetMs: -1, task: null }));
    store.recordRequest(
      request({ status: 404, elbGenerated: true, targetMs: -1, task: null, service: null, route: null }),
    );
    const sum = (
      metric:
        | 'RequestCount'
        | 'HTTPCode_Target_5XX_Count'
        | 'HTTPCode_ELB_5XX_Count'
        | 'HTTPCode_ELB_4XX_Count',
      service: string | null,
    ) =>
      store.datapoints({
        metric,
        service,
        statistic: 'Sum',
        periodSeconds: 60,
        count: 1,
        now: START + MINUTE,
      })[0];
    expect(sum('RequestCount', 'catalog')).toBe(2);
    expect(sum('HTTPCode_Target_5XX_Count', 'catalog')).toBe(1);
    expect(sum('HTTPCode_ELB_5XX_Count', 'catalog')).toBe(2);
    expect(sum('HTTPCode_ELB_4XX_Count', 'catalog')).toBeNull();
    expect(sum('HTTPCode_ELB_4XX_Count', null)).toBe(1);
  });

  it('averages a service over its tasks and shows the most and least loaded one', () => {
    const store = createMetricStore();
    for (const [task, cpuPercent] of [
      ['a', 20],
      ['b', 180],
    ] as const) {
      store.recordUsage({
        service: 'catalog',
        task,
        cpuPercent,
        memoryMiB: 256,
        memoryLimitMiB: 1_024,
        at: START,
      });
    }
    const read = (
      statistic: 'Average' | 'Minimum' | 'Maximum',
      metric: 'CPUUtilization' | 'MemoryUtilization',
    ) =>
      store.datapoints({
        metric,
        service: 'catalog',
        statistic,
        periodSeconds: 60,
        count: 1,
        now: START + MINUTE,
      })[0];
    expect(read('Average', 'CPUUtilization')).toBe(60);
    expect(read('Minimum', 'CPUUtilization')).toBe(20);
    // A Fargate task cannot use more than its units.
    expect(read('Maximum', 'CPUUtilization')).toBe(100);
    expect(read('Average', 'MemoryUtilization')).toBe(25);
  });

  it.each([
    ['a minute', 60],
    ['a minute at ten times the speed', 6],
    ['a minute at sixty times the speed', 1],
    ['20 seconds at sixty times the speed', 20 / 60],
    ['a minute at 24 times the speed', 2.5],
  ])('aligns periods of %s and leaves out the one that has not ended', (_, periodSeconds) => {
    const store = createMetricStore();
    const periodMs = periodSeconds * 1_000;
    for (let at = START; at < START + 30 * MINUTE; at += 500) {
      store.recordCounts({ service: 'catalog', running: Math.floor(at / 1_000), at });
    }
    const now = START + 20 * MINUTE + periodMs / 2;
    const read = (statistic: 'Minimum' | 'Maximum') =>
      store.datapoints({
        metric: 'RunningTaskCount',
        service: 'catalog',
        statistic,
        periodSeconds,
        count: 5,
        now,
      });
    const periods = Array.from({ length: 5 }, (__, index) => Math.floor(now / periodMs) - 5 + index);
    // Seconds that begin within the period; where none does, the one in which it begins.
    const firsts = periods.map((period) => Math.ceil((period * periodMs) / 1_000));
    const lasts = periods.map((period) => Math.ceil(((period + 1) * periodMs) / 1_000) - 1);
    const within = periods.map((period) => Math.floor((period * periodMs) / 1_000));
    const pick = (seconds: readonly number[]) =>
      seconds.map((second, index) => ((lasts[index] ?? 0) < (firsts[index] ?? 0) ? within[index] : second));
    expect(read('Minimum')).toEqual(pick(firsts));
    expect(read('Maximum')).toEqual(pick(lasts));
  });

  it('has null where nothing was measured', () => {
    const store = createMetricStore();
    store.recordRequest(request({ at: START + 2 * MINUTE }));
    const query = { statistic: 'Sum', periodSeconds: 60, count: 4, now: START + 4 * MINUTE } as const;
    expect(store.datapoints({ metric: 'RequestCount', service: 'catalog', ...query })).toEqual([
      null,
      null,
      1,
      null,
    ]);
    expect(store.datapoints({ metric: 'RequestCount', service: 'nobody', ...query })).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(
      store.datapoints({ metric: 'RequestCount', service: 'catalog', task: 'nobody', ...query }),
    ).toEqual([null, null, null, null]);
  });

  it('divides requests by the healthy targets', () => {
    const store = createMetricStore();
    for (let index = 0; index < 30; index += 1) store.recordRequest(request({ at: START + index }));
    const query = {
      metric: 'RequestCountPerTarget',
      service: 'catalog',
      statistic: 'Sum',
      periodSeconds: 60,
      count: 1,
      now: START + MINUTE,
    } as const;
    expect(store.datapoints(query)).toEqual([null]);
    store.recordCounts({ service: 'catalog', healthy: 2, at: START });
    store.recordCounts({ service: 'catalog', healthy: 4, at: START + 30_000 });
    expect(store.datapoints(query)).toEqual([10]);
  });

  it('keeps target groups apart', () => {
    const store = createMetricStore();
    store.recordRequest(request({ group: 'blue' }));
    store.recordRequest(request({ group: 'green', status: 500 }));
    store.recordCounts({ service: 'catalog', group: 'green', healthy: 3, at: START });
    const query = {
      service: 'catalog',
      group: 'green',
      statistic: 'Sum',
      periodSeconds: 60,
      count: 1,
      now: START + MINUTE,
    } as const;
    expect(store.datapoints({ ...query, metric: 'HTTPCode_Target_5XX_Count' })).toEqual([1]);
    expect(store.datapoints({ ...query, metric: 'HTTPCode_Target_2XX_Count' })).toEqual([null]);
    const healthy = { ...query, metric: 'HealthyHostCount', statistic: 'Average' } as const;
    expect(store.datapoints(healthy)).toEqual([3]);
    store.recordCounts({ service: 'catalog', group: 'blue', healthy: 2, at: START });
    expect(store.datapoints({ ...healthy, group: null })).toEqual([5]);
    expect(store.datapoints({ ...healthy, metric: 'RequestCountPerTarget', group: null })).toEqual([2 / 5]);
  });

  it('summarises the last seconds and the last minute', () => {
    const store = createMetricStore();
    store.recordRequest(request({ at: START - 2 * MINUTE, status: 500, targetMs: 9_000 }));
    for (let index = 0; index < 100; index += 1) {
      store.recordRequest(
        request({ at: START + index * 50, targetMs: index < 98 ? 10 : 200, status: index === 5 ? 500 : 200 }),
      );
    }
    store.recordRequest(
      request({ at: START + 4_000, status: 503, elbGenerated: true, task: null, targetMs: -1 }),
    );
    const { requestsPerSecond, p50, p99, errors } = store.serviceSummary('catalog', START + 5_100);
    expect(requestsPerSecond).toBe(20.2);
    expect(p50).toBeGreaterThan(9.5);
    expect(p50).toBeLessThan(10.5);
    expect(p99).toBeGreaterThan(190);
    expect(p99).toBeLessThanOrEqual(200);
    expect(errors).toBe(2);
    expect(store.serviceSummary('nobody', START)).toEqual({
      requestsPerSecond: 0,
      p50: null,
      p99: null,
      errors: 0,
    });
  });

  it('says why a question has no answer', () => {
    const store = createMetricStore();
    store.recordUsage({
      service: 'catalog',
      task: 'a',
      cpuPercent: 1,
      memoryMiB: 1,
      memoryLimitMiB: 2,
      at: START,
    });
    const query = {
      metric: 'RequestCount',
      service: 'catalog',
      statistic: 'Sum',
      from: START,
      to: START + MINUTE,
      stepSeconds: 1,
    } as const;
    const asking = (change: object) => () => store.query({ ...query, ...change });
    expect(asking({ task: 'a', route: '/api/*' })).toThrow(MetricQueryError);
    expect(asking({ service: null, task: 'a' })).toThrow('Name the service too');
    expect(asking({ stepSeconds: 0 })).toThrow('the least is 1 s');
    expect(asking({ to: START + 30 * 60 * MINUTE })).toThrow('Take a longer step');
    expect(asking({ metric: 'Nonsense' })).toThrow('There is no metric "Nonsense"');
    expect(asking({ metric: 'TargetResponseTime', statistic: 'p999' })).toThrow(MetricQueryError);
    expect(asking({ metric: 'CPUUtilization', statistic: 'p99' })).toThrow('TargetResponseTime only');
  });
});
