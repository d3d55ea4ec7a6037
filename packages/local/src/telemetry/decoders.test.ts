import fc from 'fast-check';
import Pbf from 'pbf';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_LIMIT, CHARACTER_LIMIT, STRING_LIMIT } from './attributes.ts';
import { decodeJsonLogs, decodeJsonMetrics, decodeJsonTraces } from './otlp-json.ts';
import { decodeProtobufLogs, decodeProtobufMetrics, decodeProtobufTraces } from './otlp-protobuf.ts';
import { SPAN_LIMIT } from './otlp-span.ts';
import { type Decoded, MalformedTelemetryError, type ReceivedSpan } from './types.ts';
import { decodeSegment } from './xray-segment.ts';

/** Runs a decoder on anything: it gives a result or says that the input is malformed, nothing else. */
function attempt<T>(decode: () => Decoded<T>): readonly T[] {
  try {
    return decode().items;
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedTelemetryError);
    return [];
  }
}

function expectBounded(spans: readonly ReceivedSpan[]): void {
  expect(spans.length).toBeLessThanOrEqual(SPAN_LIMIT);
  for (const { name, service, attributes, durationMs, startedAt } of spans) {
    expect(Math.max(name.length, service.length)).toBeLessThanOrEqual(STRING_LIMIT);
    expect(Object.keys(attributes).length).toBeLessThanOrEqual(ATTRIBUTE_LIMIT);
    expect(JSON.stringify(Object.entries(attributes).flat()).length).toBeLessThanOrEqual(CHARACTER_LIMIT * 8);
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(startedAt).toBeGreaterThan(0);
  }
}

/** Bytes with the structure of protobuf: fields in fields, with real ids among them, now and then cut or damaged. */
const { message } = fc.letrec<{ message: Uint8Array; field: Uint8Array }>((tie) => ({
  message: fc.array(tie('field'), { maxLength: 6 }).map((fields) => new Uint8Array(Buffer.concat(fields))),
  field: fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.oneof({ depthSize: 'small' }, leaf(), tie('message')))
    .map(([tag, value]) => {
      const pbf = new Pbf();
      if (typeof value === 'number') pbf.writeVarintField(tag, value);
      else pbf.writeBytesField(tag, value as Uint8Array);
      return pbf.finish();
    }),
}));

function leaf() {
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.maxSafeNat(),
  );
}

const field = fc.constantFrom(
  ...[
    'resourceSpans',
    'resource',
    'scopeSpans',
    'spans',
    'attributes',
    'key',
    'value',
    'traceId',
    'spanId',
    'name',
    'kind',
  ],
  ...[
    'stringValue',
    'arrayValue',
    'kvlistValue',
    'values',
    'startTimeUnixNano',
    'status',
    'code',
    'events',
    '__proto__',
  ],
  ...[
    'id',
    'trace_id',
    'start_time',
    'subsegments',
    'http',
    'request',
    'annotations',
    'metadata',
    'cause',
    'exceptions',
  ],
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('5759e988bd862e3fe1be46a994272793'),
    ),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(field, tie('json'), { maxKeys: 6 }),
  ),
}));

describe('telemetry decoders', () => {
  it.each([
    ['traces', decodeProtobufTraces, decodeJsonTraces],
    ['logs', decodeProtobufLogs, decodeJsonLogs],
    ['metrics', decodeProtobufMetrics, decodeJsonMetrics],
  ])('survive any bytes as %s', (name, decodeProtobuf, decodeJson) => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 500 }), message);
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(255), (given, at, byte) => {
        const damaged = Uint8Array.from(given, (value, index) =>
          index === at % (given.length + 1) ? byte : value,
        );
        for (const input of [given, damaged, given.subarray(0, given.length - (at % 3))]) {
          const spans = attempt<unknown>(() => decodeProtobuf(input));
          // Only traces give spans.
          if (name === 'traces') expectBounded(spans as readonly ReceivedSpan[]);
          attempt<unknown>(() => decodeJson(Buffer.from(input)));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('survive any JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value);
        expectBounded(attempt(() => decodeJsonTraces(Buffer.from(text))));
        expectBounded(
          attempt(() =>
            decodeJsonTraces(Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${text}]}]}]}`)),
          ),
        );
        attempt(() =>
          decodeJsonLogs(Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${text}]}]}]}`)),
        );
        attempt(() => decodeJsonMetrics(Buffer.from(`{"resourceMetrics":[${text}]}`)));
        const head =
          '"trace_id":"1-5759e988-bd862e3fe1be46a994272793","id":"53995c3f42cd8ad8","name":"a","start_time":1.8e9,"end_time":1.9e9';
        expectBounded(attempt(() => decodeSegment(text, () => undefined)));
        expectBounded(
          attempt(() =>
            decodeSegment(
              `{${head},"subsegments":[${text}],"http":${text},"metadata":${text},"annotations":${text},"cause":${text}}`,
              () => undefined,
            ),
          ),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('keep a span within its limits however much is sent', () => {
    const attributes = Array.from({ length: 500 }, (_, index) => ({
      key: `k${index}`,
      value: { stringValue: 'x'.repeat(5_000) },
    }));
    const span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'n'.repeat(9_999),
      startTimeUnixNano: '1800000000000000000',
      attributes,
    };
    const { items } = decodeJsonTraces(
      Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
    );
    expectBounded(items);
    expect(items[0]?.attributes['otel.dropped_attributes_count']).toBeGreaterThan(400);
  });

  it('take no more spans than a request may have', () => {
    const span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'n',
      startTimeUnixNano: '1800000000000000000',
    };
    const spans = Array.from({ length: SPAN_LIMIT + 5 }, () => span);
    const { items, rejected } = decodeJsonTraces(
      Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
    );
    expect(items).toHaveLength(SPAN_LIMIT);
    expect(rejected).toBe(5);
  });
});
