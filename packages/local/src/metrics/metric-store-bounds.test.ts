import { describe, expect, it } from 'vitest';
import { createMetricStore } from './metric-store.ts';
import type { RequestSample } from './types.ts';

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

describe('metric store, in the long run', () => {
  it('forgets seconds after 15 minutes and minutes after 6 hours', () => {
    const store = createMetricStore();
    store.recordRequest(request());
    for (let minute = 1; minute <= 8 * 60; minute += 1) {
      store.recordRequest(request({ at: START + minute * MINUTE }));
    }
    const end = START + 8 * 60 * MINUTE;
    const query = { metric: 'RequestCount', service: 'catalog', statistic: 'Sum' } as const;
    const bySecond = store.query({ ...query, from: end - 20 * MINUTE, to: end, stepSeconds: 30 }).values;
    expect(bySecond.slice(0, 6).every((value) => value === null)).toBe(true);
    expect(bySecond.slice(-30).filter((value) => value === 1)).toHaveLength(15);
    const byMinute = store.query({ ...query, from: START, to: end, stepSeconds: 60 }).values;
    expect(byMinute[0]).toBeNull();
    expect(byMinute.slice(-360)).toEqual(Array.from({ length: 360 }, () => 1));
  });

  it('drops what comes too late instead of counting it for another time', () => {
    const store = createMetricStore();
    store.recordRequest(request({ at: START + 16 * MINUTE }));
    // Would be kept where the other one is.
    store.recordRequest(request({ at: START }));
    const query = { metric: 'RequestCount', service: 'catalog', statistic: 'Sum', stepSeconds: 1 } as const;
    const { values } = store.query({ ...query, from: START + 15 * MINUTE, to: START + 17 * MINUTE });
    expect(values.filter((value) => value !== null)).toEqual([1]);
  });

  it('drops the series of a task that is long gone', () => {
    const store = createMetricStore();
    store.recordRequest(request({ task: 'old', route: null }));
    expect(store.stats().tasks).toBe(1);
    const before = store.stats().bytes;
    store.recordRequest(request({ task: 'new', route: null, at: START + 17 * MINUTE }));
    expect(store.stats().tasks).toBe(1);
    expect(store.stats().bytes).toBeLessThanOrEqual(before);
  });

  it('keeps within its memory however many tasks come and go', () => {
    const limitBytes = 2 * 1024 * 1024;
    const store = createMetricStore({ limitBytes, maxTasks: 50 });
    for (let index = 0; index < 1_000; index += 1) {
      store.recordRequest(
        request({ task: `task-${index}`, route: `/r${index % 7}`, at: START + index * 1_000 }),
      );
      expect(store.stats().bytes).toBeLessThanOrEqual(limitBytes);
      expect(store.stats().tasks).toBeLessThanOrEqual(50);
    }
    const query = { metric: 'RequestCount', service: 'catalog', statistic: 'Sum', stepSeconds: 60 } as const;
    const { values } = store.query({ ...query, from: START, to: START + 1_000_000 });
    expect(values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(1_000);
  });

  it('counts further routes for the service only', () => {
    const store = createMetricStore({ maxRoutes: 3 });
    for (let index = 0; index < 10; index += 1) store.recordRequest(request({ route: `/r${index}` }));
    expect(store.stats().routes).toBe(3);
    const query = {
      metric: 'RequestCount',
      service: 'catalog',
      statistic: 'Sum',
      periodSeconds: 60,
      count: 1,
      now: START + MINUTE,
    } as const;
    expect(store.datapoints(query)).toEqual([10]);
  });
});
