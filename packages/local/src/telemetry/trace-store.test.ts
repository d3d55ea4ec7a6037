import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTraceStore } from './trace-store.ts';
import type { ReceivedSpan } from './types.ts';

const START = 1_800_000_000_000;

function hex(value: number, digits: number): string {
  return (value + 1).toString(16).padStart(digits, '0');
}

function span(trace: number, overrides: Partial<ReceivedSpan> = {}): ReceivedSpan {
  return {
    traceId: hex(trace, 32),
    spanId: hex(0, 16),
    parentId: null,
    service: 'catalog',
    name: 'GET /api/products',
    kind: 'server',
    startedAt: START + trace,
    durationMs: 5,
    error: false,
    inProgress: false,
    attributes: { 'http.response.status_code': 200 },
    ...overrides,
  };
}

describe('trace store', () => {
  it('gives back what it was given, in order of beginning, whatever the text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const value = fc.oneof(text, fc.double({ noDefaultInfinity: true, noNaN: true }), fc.boolean());
    const anySpan = fc.record({
      service: text,
      name: text,
      kind: fc.constantFrom(
        'server' as const,
        'client' as const,
        'internal' as const,
        'producer' as const,
        'consumer' as const,
      ),
      durationMs: fc.integer({ min: 0, max: 1_000 }),
      error: fc.boolean(),
      attributes: fc.dictionary(text, value, { maxKeys: 10 }),
    });
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 20 }), (spans) => {
        const store = createTraceStore();
        const given = spans.map((fields, index) =>
          span(0, { ...fields, spanId: hex(index, 16), startedAt: START + index }),
        );
        store.add([...given].reverse());
        const records = store.get(hex(0, 32))?.records ?? [];
        const expected = given.map(({ traceId: _, inProgress: __, ...record }) => record);
        // JSON has neither -0 nor properties without prototype.
        expect(JSON.parse(JSON.stringify(records))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it('joins late spans to their trace and calls it after its root', () => {
    const store = createTraceStore();
    store.add([
      span(0, {
        spanId: hex(2, 16),
        parentId: hex(1, 16),
        name: 'SELECT',
        kind: 'client',
        startedAt: START + 1,
      }),
    ]);
    expect(store.list()[0]).toMatchObject({ name: 'SELECT', spans: 1 });
    store.add([span(1)]);
    store.add([span(0, { durationMs: 20, attributes: { 'http.response.status_code': 503 }, error: true })]);
    expect(store.list({ errors: true })).toEqual([
      {
        id: '1-00000000-000000000000000000000001',
        name: 'GET /api/products',
        service: 'catalog',
        startedAt: START,
        durationMs: 20,
        spans: 2,
        error: true,
        status: 503,
      },
    ]);
    expect(store.get('1-00000000-000000000000000000000001')?.records.map(({ name }) => name)).toEqual([
      'GET /api/products',
      'SELECT',
    ]);
  });

  it('lists the newest first, by service, error and duration', () => {
    const store = createTraceStore();
    for (let trace = 0; trace < 10; trace += 1) {
      store.add([
        span(trace, {
          durationMs: trace * 100,
          error: trace === 3,
          service: trace % 2 === 0 ? 'even' : 'odd',
        }),
      ]);
    }
    const starts = (filter: Parameters<typeof store.list>[0]) =>
      store.list(filter).map(({ startedAt }) => startedAt - START);
    expect(starts({ limit: 3 })).toEqual([9, 8, 7]);
    expect(starts({ service: 'even' })).toEqual([8, 6, 4, 2, 0]);
    expect(starts({ errors: true })).toEqual([3]);
    expect(starts({ slowerThanMs: 800 })).toEqual([9, 8]);
  });

  it('replaces a span in progress by the ended one', () => {
    const store = createTraceStore();
    store.add([span(0, { inProgress: true, durationMs: 0 })]);
    expect(store.get(hex(0, 32))?.records[0]?.attributes).toMatchObject({ in_progress: true });
    store.add([span(0, { durationMs: 40 })]);
    const trace = store.get(hex(0, 32));
    expect(trace).toMatchObject({ spans: 1, durationMs: 40 });
    expect(trace?.records[0]?.attributes).not.toHaveProperty('in_progress');
    expect(store.stats().spans).toBe(1);
  });

  it('shows a span that was sent twice once', () => {
    const store = createTraceStore();
    store.add([span(0), span(0, { name: 'again' })]);
    expect(store.get(hex(0, 32))?.records.map(({ name }) => name)).toEqual(['again']);
  });

  it('evicts the oldest trace beyond the number of traces', () => {
    const store = createTraceStore({ maxTraces: 10 });
    for (let trace = 0; trace < 25; trace += 1) store.add([span(trace)]);
    expect(store.list({ limit: 100 }).map(({ startedAt }) => startedAt - START)).toEqual([
      24, 23, 22, 21, 20, 19, 18, 17, 16, 15,
    ]);
    expect(store.get(hex(14, 32))).toBeUndefined();
    expect(store.stats()).toMatchObject({ traces: 10, spans: 10, evictedTraces: 15 });
  });

  it('keeps errors and slow traces longer than the others, but not for ever', () => {
    const store = createTraceStore({ maxTraces: 20, slowMs: 500 });
    store.add([span(0, { error: true }), span(1, { durationMs: 600 }), span(2)]);
    for (let trace = 3; trace < 100; trace += 1) store.add([span(trace)]);
    expect(store.get(hex(0, 32))).toBeDefined();
    expect(store.get(hex(1, 32))).toBeDefined();
    expect(store.get(hex(2, 32))).toBeUndefined();
    for (let trace = 100; trace < 200; trace += 1) store.add([span(trace, { error: true })]);
    expect(store.get(hex(0, 32))).toBeUndefined();
    expect(store.stats().traces).toBeLessThanOrEqual(20);
    for (let trace = 200; trace < 215; trace += 1) store.add([span(trace)]);
    const newest = store.list({ limit: 15 }).map(({ startedAt }) => startedAt - START);
    expect(newest).toEqual(Array.from({ length: 15 }, (_, index) => 214 - index));
  });

  it('stays within its bytes and counts whatever comes', () => {
    const action = fc.record({
      trace: fc.integer({ min: 0, max: 40 }),
      id: fc.integer({ min: 0, max: 30 }),
      text: fc.string({ maxLength: 250 }),
      repeat: fc.integer({ min: 1, max: 30 }),
      error: fc.boolean(),
      inProgress: fc.boolean(),
    });
    const limitBytes = 64 * 1024;
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200, size: 'max' }), (actions) => {
        const store = createTraceStore({ limitBytes, maxTraces: 15, maxSpansPerTrace: 20 });
        for (const { trace, id, text, repeat, error, inProgress } of actions) {
          const attributes = Object.fromEntries(
            Array.from({ length: repeat }, (_, index) => [`k${index}`, text]),
          );
          store.add([span(trace, { spanId: hex(id, 16), error, inProgress, attributes })]);
          const { bytes, traces } = store.stats();
          expect(bytes).toBeLessThanOrEqual(limitBytes);
          expect(traces).toBeLessThanOrEqual(15);
        }
        const listed = store.list({ limit: 100 });
        const read = listed.map(({ id }) => store.get(id)?.records.length ?? 0);
        expect(read.every((count) => count > 0 && count <= 20 + 50)).toBe(true);
        const summed = store.stats();
        expect(summed.spans).toBe(listed.reduce((sum, { spans }) => sum + spans, 0));
      }),
    );
  });

  it('goes on keeping errors longer when many of them have come and gone', () => {
    const store = createTraceStore({ limitBytes: 64 * 1024 });
    for (let trace = 0; trace < 500; trace += 1) store.add([span(trace, { error: true })]);
    for (let trace = 500; trace < 640; trace += 1) store.add([span(trace)]);
    expect(store.get(hex(499, 32))).toBeDefined();
    expect(store.get(hex(500, 32))).toBeUndefined();
  });

  it('drops a late span when making room for it takes its own trace', () => {
    const store = createTraceStore({ limitBytes: 8 * 1024 });
    const attributes = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`k${index}`, 'x'.repeat(100)]),
    );
    for (let trace = 0; trace < 8; trace += 1) store.add([span(trace, { attributes })]);
    expect(store.stats()).toMatchObject({ traces: 8, bytes: 8 * 1024 });
    store.add([span(0, { spanId: hex(1, 16), attributes })]);
    expect(store.get(hex(0, 32))).toBeUndefined();
    expect(store.stats()).toMatchObject({ traces: 7, spans: 7, bytes: 7 * 1024, droppedSpans: 1 });
  });

  it('drops further spans of a trace that has enough', () => {
    const store = createTraceStore({ maxSpansPerTrace: 5 });
    for (let index = 0; index < 8; index += 1) store.add([span(0, { spanId: hex(index, 16) })]);
    expect(store.get(hex(0, 32))?.records).toHaveLength(5);
    expect(store.stats().droppedSpans).toBe(3);
  });
});
