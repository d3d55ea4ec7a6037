import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTraceStore } from './trace-store.ts';
import type { ReceivedSpan } from './types.ts';
import { createXrayReceiver, type XrayReceiver } from './xray-receiver.ts';

const HEADER = '{"format": "json", "version": 1}\n';
const TRACE = '1-5759e988-bd862e3fe1be46a994272793';

let spans: ReceivedSpan[];
let receiver: XrayReceiver;
let port: number;
let now: number;

beforeEach(async () => {
  spans = [];
  now = 1_800_000_000_000;
  receiver = createXrayReceiver({
    onSpans: (items) => spans.push(...items),
    sampling: [{ service: 'catalog', reservoir: 5, rate: 0.25 }],
    region: 'ap-southeast-2',
    now: () => now,
  });
  port = await receiver.listen(0);
});

afterEach(() => receiver.close());

async function send(...datagrams: readonly (string | Buffer)[]): Promise<void> {
  const before = receiver.counts().datagrams;
  const socket = createSocket('udp4');
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
    });
  }
  await vi.waitFor(() => expect(receiver.counts().datagrams).toBe(before + datagrams.length));
  socket.close();
}

const segment = {
  name: 'catalog',
  id: '70de5b6f19ff9a0a',
  trace_id: TRACE,
  start_time: 1_800_000_000.5,
  end_time: 1_800_000_000.75,
  http: { request: { method: 'GET', url: 'http://a/api/products' }, response: { status: 200 } },
  annotations: { tenant: 'blue' },
  subsegments: [
    {
      name: 'productdb',
      id: '53995c3f42cd8ad8',
      start_time: 1_800_000_000.6,
      end_time: 1_800_000_000.7,
      namespace: 'remote',
      fault: true,
      sql: { sanitized_query: 'SELECT ?', database_type: 'PostgreSQL' },
      cause: { exceptions: [{ type: 'Timeout', message: 'too slow' }] },
      subsegments: [
        { name: 'parse', id: '53995c3f42cd8ad9', start_time: 1_800_000_000.6, end_time: 1_800_000_000.61 },
      ],
    },
  ],
};

describe('X-Ray receiver', () => {
  it('takes in a segment with its nested subsegments', async () => {
    await send(HEADER + JSON.stringify(segment));
    expect(spans).toHaveLength(3);
    expect(spans[0]).toEqual({
      traceId: '5759e988bd862e3fe1be46a994272793',
      spanId: '70de5b6f19ff9a0a',
      parentId: null,
      service: 'catalog',
      name: 'catalog',
      kind: 'server',
      startedAt: 1_800_000_000_500,
      durationMs: 250,
      error: false,
      inProgress: false,
      attributes: {
        'http.request.method': 'GET',
        'url.full': 'http://a/api/products',
        'http.response.status_code': 200,
        tenant: 'blue',
      },
    });
    expect(spans[1]).toMatchObject({
      parentId: '70de5b6f19ff9a0a',
      service: 'catalog',
      kind: 'client',
      error: true,
      attributes: {
        'db.query.text': 'SELECT ?',
        'exception.type': 'Timeout',
        'exception.message': 'too slow',
      },
    });
    expect(spans[2]).toMatchObject({ parentId: '53995c3f42cd8ad8', kind: 'internal', name: 'parse' });
  });

  it('replaces a segment in progress when it ends, and joins subsegments sent alone', async () => {
    const store = createTraceStore();
    const { end_time: _, subsegments: __, ...begun } = segment;
    const alone = { ...segment.subsegments[0], type: 'subsegment', trace_id: TRACE, parent_id: segment.id };
    await send(HEADER + JSON.stringify({ ...begun, in_progress: true }), HEADER + JSON.stringify(alone));
    store.add(spans);
    expect(store.get(TRACE)?.records[0]).toMatchObject({
      name: 'catalog',
      attributes: { in_progress: true },
    });
    spans.length = 0;
    await send(HEADER + JSON.stringify({ ...segment, subsegments: [] }));
    store.add(spans);
    const trace = store.get(TRACE);
    expect(trace).toMatchObject({
      id: TRACE,
      name: 'catalog',
      durationMs: 250,
      spans: 3,
      error: true,
      status: 200,
    });
    expect(trace?.records.every(({ service }) => service === 'catalog')).toBe(true);
  });

  it('counts bad datagrams and goes on', async () => {
    await send(
      'no header',
      '{"format":"json","version":2}\n{}',
      `${HEADER}no json`,
      `${HEADER}[]`,
      `${HEADER}{"trace_id":"${TRACE}"}`,
      Buffer.from([0xff, 0x0a, 0x00]),
      HEADER + JSON.stringify({ ...segment, trace_id: '1-0-0' }),
      `${HEADER}${'['.repeat(20_000)}`,
    );
    expect(receiver.counts()).toMatchObject({ spans: 0, rejected: 8 });
    expect(receiver.counts().problem).not.toBeNull();
    await send(HEADER + JSON.stringify(segment));
    expect(receiver.counts().spans).toBe(3);
  });

  it('gives the sampling rules in the API’s form, with X-Ray’s default last', async () => {
    const { SamplingRuleRecords } = await ask('/GetSamplingRules', {});
    const rules = SamplingRuleRecords.map((record: { SamplingRule: unknown }) => record.SamplingRule);
    expect(rules).toEqual([
      {
        RuleName: 'catalog',
        RuleARN: 'arn:aws:xray:ap-southeast-2:000000000000:sampling-rule/catalog',
        ResourceARN: '*',
        Priority: 1,
        FixedRate: 0.25,
        ReservoirSize: 5,
        ServiceName: 'catalog',
        ServiceType: '*',
        Host: '*',
        HTTPMethod: '*',
        URLPath: '*',
        Version: 1,
        Attributes: {},
      },
      expect.objectContaining({
        RuleName: 'Default',
        Priority: 10_000,
        FixedRate: 0.05,
        ReservoirSize: 1,
        ServiceName: '*',
      }),
    ]);
  });

  it('shares the reservoir among the clients that are there', async () => {
    const quota = async (client: string) => {
      const statistics = {
        RuleName: 'catalog',
        ClientID: client,
        RequestCount: 1,
        SampledCount: 1,
        BorrowCount: 0,
        Timestamp: now / 1_000,
      };
      const { SamplingTargetDocuments } = await ask('/SamplingTargets', {
        SamplingStatisticsDocuments: [statistics],
      });
      return SamplingTargetDocuments[0];
    };
    expect(await quota('a')).toEqual({
      RuleName: 'catalog',
      FixedRate: 0.25,
      ReservoirQuota: 5,
      ReservoirQuotaTTL: 1_800_000_010,
      Interval: 10,
    });
    expect((await quota('b')).ReservoirQuota).toBe(2);
    expect((await quota('a')).ReservoirQuota).toBe(3);
    now += 31_000;
    expect((await quota('b')).ReservoirQuota).toBe(5);
    const { UnprocessedStatistics } = await ask('/SamplingTargets', {
      SamplingStatisticsDocuments: [{ RuleName: 'nobody' }],
    });
    expect(UnprocessedStatistics).toEqual([expect.objectContaining({ RuleName: 'nobody' })]);
  });

  it('takes in segments over the API too', async () => {
    const answer = await ask('/TraceSegments', {
      TraceSegmentDocuments: [JSON.stringify(segment), 'no json', 7],
    });
    expect(answer.UnprocessedTraceSegments).toHaveLength(2);
    expect(spans).toHaveLength(3);
  });

  it.each([
    ['/Nothing', '{}', 404],
    ['/GetSamplingRules', 'no json', 400],
    ['/TraceSegments', '{}', 400],
  ])('refuses %s with %s', async (path, body, status) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
    expect(response.status).toBe(status);
  });

  it('says that a port is in use', async () => {
    const other = createXrayReceiver({ onSpans: () => {} });
    await expect(other.listen(port)).rejects.toThrow('is in use');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the answers are compared as they are
async function ask(path: string, body: unknown): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  return response.json();
}
