import { gzipSync } from 'node:zlib';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import Pbf from 'pbf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOtlpReceiver, type OtlpReceiver } from './otlp-receiver.ts';
import type { ReceivedLog, ReceivedMetric, ReceivedSpan } from './types.ts';

let spans: ReceivedSpan[];
let logs: ReceivedLog[];
let metrics: ReceivedMetric[];
let receiver: OtlpReceiver;
let url: string;

beforeEach(async () => {
  spans = [];
  logs = [];
  metrics = [];
  receiver = createOtlpReceiver({
    onSpans: (items) => spans.push(...items),
    onLogs: (items) => logs.push(...items),
    onMetrics: (items) => metrics.push(...items),
  });
  url = `http://127.0.0.1:${await receiver.listen(0)}`;
});

afterEach(() => receiver.close());

function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  // Only the view's own bytes are sent, whatever memory it lies in.
  const sent = typeof body === 'string' ? body : new Uint8Array(body);
  return fetch(url + path, {
    method: 'POST',
    body: sent,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const TRACE = '5759e988bd862e3fe1be46a994272793';

function jsonRequest(span: object): string {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'catalog' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

const jsonSpan = {
  traceId: TRACE.toUpperCase(),
  spanId: '53995c3f42cd8ad8',
  parentSpanId: '',
  name: 'GET /api/products',
  kind: 'SPAN_KIND_SERVER',
  startTimeUnixNano: '1800000000000000000',
  endTimeUnixNano: '1800000000012345678',
  attributes: [
    { key: 'http.response.status_code', value: { intValue: '503' } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 2 }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
    { key: 'long', value: { stringValue: 'x'.repeat(1_000) } },
    { key: '__proto__', value: { stringValue: 'p' } },
    { key: 'empty', value: {} },
  ],
  status: { code: 'STATUS_CODE_UNSET' },
};

describe('OTLP receiver', () => {
  describe.each<[string, () => SpanExporter]>([
    ['protobuf', () => new ProtobufExporter({ url: `${url}/v1/traces` })],
    ['JSON', () => new JsonExporter({ url: `${url}/v1/traces` })],
    [
      'gzipped protobuf',
      () => new ProtobufExporter({ url: `${url}/v1/traces`, compression: 'gzip' as never }),
    ],
  ])('from OpenTelemetry’s own exporter with %s', (_, createExporter) => {
    it('takes in spans with their ids, times, kinds, attributes, errors and service', async () => {
      const provider = new BasicTracerProvider({
        resource: resourceFromAttributes({ 'service.name': 'catalog' }),
        spanProcessors: [new SimpleSpanProcessor(createExporter())],
      });
      const tracer = provider.getTracer('test');
      const parent = tracer.startSpan('GET /api/products/:id', {
        kind: SpanKind.SERVER,
        startTime: [1_800_000_000, 250_000_000],
        attributes: {
          'http.response.status_code': 200,
          'http.route': '/api/products/:id',
          cached: false,
          ratio: 0.25,
          price: -5,
          big: 2 ** 40,
          tags: ['a', 'b'],
        },
      });
      parent.recordException(Object.assign(new Error('no connection'), { name: 'PoolError' }));
      parent.setStatus({ code: SpanStatusCode.ERROR, message: 'häßlich' });
      parent.end([1_800_000_000, 262_345_678]);
      await provider.forceFlush();
      await provider.shutdown();
      const { traceId, spanId } = parent.spanContext();
      expect(spans).toEqual([
        {
          traceId,
          spanId,
          parentId: null,
          service: 'catalog',
          name: 'GET /api/products/:id',
          kind: 'server',
          startedAt: 1_800_000_000_250,
          durationMs: 12.346,
          error: true,
          inProgress: false,
          attributes: {
            'http.response.status_code': 200,
            'http.route': '/api/products/:id',
            cached: false,
            ratio: 0.25,
            price: -5,
            big: 2 ** 40,
            tags: '["a","b"]',
            'exception.type': 'PoolError',
            'exception.message': 'no connection',
            'otel.status_description': 'häßlich',
          },
        },
      ]);
      expect(receiver.counts()).toEqual({ spans: 1, logs: 0, metrics: 0, rejected: 0, failed: 0 });
    });
  });

  it('reads JSON with hexadecimal ids, 64-bit integers as strings and enumerations by name', async () => {
    const response = await post('/v1/traces', jsonRequest(jsonSpan));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({});
    expect(spans).toEqual([
      {
        traceId: TRACE,
        spanId: '53995c3f42cd8ad8',
        parentId: null,
        service: 'catalog',
        name: 'GET /api/products',
        kind: 'server',
        startedAt: 1_800_000_000_000,
        durationMs: 12.346,
        // A server's 5xx is an error, whether it says so or not.
        error: true,
        inProgress: false,
        attributes: {
          'http.response.status_code': 503,
          list: '["a",2]',
          map: '{"k":true}',
          long: 'x'.repeat(250),
          'otel.dropped_attributes_count': 1,
        },
      },
    ]);
  });

  it('answers a partial success for spans that it cannot use', async () => {
    const bad = { ...jsonSpan, traceId: '0'.repeat(32) };
    const json = await post('/v1/traces', jsonRequest(bad));
    expect(json.status).toBe(200);
    expect(await json.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('trace id') },
    });

    const span = new Pbf();
    span.writeBytesField(2, Buffer.from('53995c3f42cd8ad8', 'hex'));
    const request = nest(1, nest(2, nest(2, span.finish())));
    const protobuf = await post('/v1/traces', request, { 'content-type': 'application/x-protobuf' });
    expect(protobuf.status).toBe(200);
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
    const answer = { rejected: 0, message: '' };
    new Pbf(await protobuf.arrayBuffer()).readFields((tag, result, pbf) => {
      if (tag !== 1) return;
      pbf.readMessage((field, into, inner) => {
        if (field === 1) into.rejected = inner.readVarint();
        if (field === 2) into.message = inner.readString();
      }, result);
    }, answer);
    expect(answer).toEqual({ rejected: 1, message: expect.stringContaining('trace id') });
    expect(receiver.counts()).toMatchObject({ spans: 0, rejected: 2 });
  });

  it('finds the service also when the resource comes after its spans', async () => {
    const span = new Pbf();
    span.writeBytesField(1, Buffer.from(TRACE, 'hex'));
    span.writeBytesField(2, Buffer.from('53995c3f42cd8ad8', 'hex'));
    span.writeTag(7, 1);
    span.writeFixed64(1.8e18);
    const key = new Pbf();
    key.writeStringField(1, 'service.name');
    key.writeBytesField(2, nest(1, Buffer.from('late')));
    const scope = nest(2, nest(2, span.finish()));
    const resource = nest(1, nest(1, key.finish()));
    await post('/v1/traces', nest(1, Buffer.concat([scope, resource])), {
      'content-type': 'application/x-protobuf',
    });
    expect(spans[0]).toMatchObject({ service: 'late', traceId: TRACE, startedAt: 1.8e12 });
  });

  it('takes in logs and metrics in both encodings', async () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'catalog' } }] };
    const logRecords = [
      {
        timeUnixNano: '1800000000000000000',
        severityText: 'WARN',
        body: { stringValue: 'slow' },
        traceId: TRACE,
      },
    ];
    const points = { dataPoints: [{ asInt: '1' }, { asInt: '2' }] };
    await post('/v1/logs', JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }));
    await post(
      '/v1/metrics',
      JSON.stringify({
        resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'pool', gauge: points }] }] }],
      }),
    );

    const log = new Pbf();
    log.writeTag(11, 1);
    log.writeFixed64(1.8e18);
    log.writeStringField(3, 'INFO');
    log.writeBytesField(5, nest(1, Buffer.from('hello')));
    await post('/v1/logs', nest(1, nest(2, nest(2, log.finish()))), {
      'content-type': 'application/x-protobuf',
    });
    const metric = new Pbf();
    metric.writeStringField(1, 'requests');
    metric.writeBytesField(
      7,
      Buffer.concat([nest(1, Buffer.alloc(0)), nest(1, Buffer.alloc(0)), nest(1, Buffer.alloc(0))]),
    );
    await post('/v1/metrics', nest(1, nest(2, nest(2, metric.finish()))), {
      'content-type': 'application/x-protobuf',
    });

    expect(logs).toEqual([
      { service: 'catalog', at: 1.8e12, severity: 'WARN', body: 'slow', traceId: TRACE },
      { service: '', at: 1.8e12, severity: 'INFO', body: 'hello', traceId: null },
    ]);
    expect(metrics).toEqual([
      { service: 'catalog', name: 'pool', points: 2 },
      { service: '', name: 'requests', points: 3 },
    ]);
    expect(receiver.counts().failed).toBe(0);
  });

  it.each([
    ['no JSON', '/v1/traces', 'not json', {}, 400],
    ['JSON that is no object', '/v1/traces', '[1]', {}, 400],
    ['JSON of another shape', '/v1/traces', '{"resourceSpans":{"a":1}}', {}, 400],
    ['deeply nested JSON', '/v1/traces', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, {}, 400],
    ['no protobuf', '/v1/traces', '\x0a\xff', { 'content-type': 'application/x-protobuf' }, 400],
    ['broken gzip', '/v1/traces', 'no gzip', { 'content-encoding': 'gzip' }, 400],
    ['an unknown encoding', '/v1/traces', '{}', { 'content-encoding': 'br' }, 415],
    ['an unknown type', '/v1/traces', '{}', { 'content-type': 'text/plain' }, 415],
    ['too large a body', '/v1/traces', 'x'.repeat(5_000_001), {}, 413],
    ['another path', '/v1/profiles', '{}', {}, 404],
    ['a path that objects have', '/constructor', '{}', {}, 404],
  ])('refuses %s', async (_, path, body, headers, status) => {
    const response = await post(path, body, headers);
    expect(response.status).toBe(status);
    const protobuf = response.headers.get('content-type') === 'application/x-protobuf';
    const message = protobuf
      ? await response.text()
      : ((await response.json()) as { message: string }).message;
    expect(message.length).toBeGreaterThan(10);
    expect(receiver.counts()).toMatchObject({ spans: 0, failed: 1 });
  });

  it('refuses a small body that unpacks to a huge one', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const response = await post('/v1/traces', bomb, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(413);
  });

  it('allows POST only', async () => {
    const response = await fetch(`${url}/v1/traces`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('says that a port is in use', async () => {
    const other = createOtlpReceiver({ onSpans: () => {} });
    await expect(other.listen(Number(new URL(url).port))).rejects.toThrow('is in use');
  });
});

function nest(field: number, bytes: Uint8Array): Buffer {
  const pbf = new Pbf();
  pbf.writeBytesField(field, bytes);
  return Buffer.from(pbf.finish());
}
