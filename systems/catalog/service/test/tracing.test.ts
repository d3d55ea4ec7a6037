import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';
import { freePort, startPostgres, type TestPostgres } from './postgres.ts';
import { startService, type TestService, until } from './service.ts';

let postgres: TestPostgres;
let receiver: OtlpReceiver;
let service: TestService;

beforeAll(async () => {
  [postgres, receiver] = await Promise.all([startPostgres(), startOtlpReceiver()]);
  service = await startService({
    ...postgres.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_SERVICE_NAME: 'catalog-traced',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  });
}, 60_000);

afterAll(async () => {
  await service?.stop();
  receiver?.close();
  await postgres?.remove();
});

const root = '1-67891233-abcdef012345678912345678';
const rootId = '67891233abcdef012345678912345678';

async function spansOf(traceId: string, count: number): Promise<ReceivedSpan[]> {
  const mine = () => receiver.spans.filter((span) => span.traceId === traceId);
  await until(() => mine().length >= count);
  return mine();
}

describe('a traced request', () => {
  test('is a server span under the root that the load balancer gave, with the SQL beneath it', async () => {
    const { headers } = await service.request('/api/products/1?x=1', {
      headers: { 'x-amzn-trace-id': `Root=${root}` },
    });
    const spans = await spansOf(rootId, 2);
    const server = spans.find(({ kind }) => kind === 2);
    const client = spans.find(({ kind }) => kind === 3);
    expect(server).toMatchObject({
      name: 'GET /api/products/:id',
      parentSpanId: '',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/products/:id',
        'url.path': '/api/products/1',
        'url.query': 'x=1',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': service.port,
        'http.response.status_code': 200,
      },
      resource: {
        'service.name': 'catalog-traced',
        'service.version': '0.1.0',
        'deployment.environment.name': 'test',
      },
    });
    expect(client).toMatchObject({
      name: 'SELECT products',
      parentSpanId: server?.spanId,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'products',
        'db.query.text': 'SELECT id, name, price, category FROM products WHERE id = ANY($1::bigint[])',
      },
    });
    expect(headers.get('x-amzn-trace-id')).toBe(`Root=${root};Sampled=1`);
    expect(headers.get('traceresponse')).toBe(`00-${rootId}-${server?.spanId}-01`);
  });

  test('continues the trace of a caller, by either header', async () => {
    const parent = '53995c3f42cd8ad8';
    for (const [name, value, traceId] of [
      [
        'x-amzn-trace-id',
        `Self=1-2-3;Root=1-67891234-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=${parent};Sampled=1`,
        '67891234aaaaaaaaaaaaaaaaaaaaaaaa',
      ],
      ['traceparent', `00-0af7651916cd43dd8448eb211c80319c-${parent}-01`, '0af7651916cd43dd8448eb211c80319c'],
    ] as const) {
      await service.request('/api/products', { headers: { [name]: value } });
      const server = (await spansOf(traceId, 2)).find(({ kind }) => kind === 2);
      expect(server?.parentSpanId).toBe(parent);
    }
  });

  test('is left out when the caller says so', async () => {
    const { headers } = await service.request('/api/products', {
      headers: {
        'x-amzn-trace-id': 'Root=1-67891235-bbbbbbbbbbbbbbbbbbbbbbbb;Parent=53995c3f42cd8ad8;Sampled=0',
      },
    });
    expect(headers.get('x-amzn-trace-id')).toBe('Root=1-67891235-bbbbbbbbbbbbbbbbbbbbbbbb;Sampled=0');
    // What comes after it has arrived, so it would have too.
    await service.request('/api/products', {
      headers: { 'x-amzn-trace-id': 'Root=1-67891236-cccccccccccccccccccccccc' },
    });
    await spansOf('67891236cccccccccccccccccccccccc', 2);
    expect(receiver.spans.filter(({ traceId }) => traceId.startsWith('67891235'))).toEqual([]);
  });

  test('never carries values of a statement, and its log line carries the trace id', async () => {
    await service.request('/api/products', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amzn-trace-id': 'Root=1-67891237-dddddddddddddddddddddddd',
      },
      body: '{"name":"Secret of the house","price":1}',
    });
    const spans = await spansOf('67891237dddddddddddddddddddddddd', 2);
    expect(spans.map(({ name }) => name).sort()).toEqual(['INSERT products', 'POST /api/products']);
    expect(JSON.stringify(spans)).not.toContain('Secret of the house');
    await until(() => service.log().some(({ trace_id }) => trace_id === '67891237dddddddddddddddddddddddd'));
  });

  test('without a header begins a trace whose id begins with the time, as X-Ray wants it', async () => {
    const { headers } = await service.request('/api/products/2');
    const [, epoch] =
      /^Root=1-([0-9a-f]{8})-[0-9a-f]{24};Sampled=1$/.exec(headers.get('x-amzn-trace-id') ?? '') ?? [];
    expect(Math.abs(Number.parseInt(epoch ?? '', 16) - Date.now() / 1000)).toBeLessThan(3600);
  });

  test('is never a health check', async () => {
    await service.request('/health', {
      headers: { 'x-amzn-trace-id': 'Root=1-67891238-eeeeeeeeeeeeeeeeeeeeeeee' },
    });
    await service.request('/api/products', {
      headers: { 'x-amzn-trace-id': 'Root=1-67891239-ffffffffffffffffffffffff' },
    });
    await spansOf('67891239ffffffffffffffffffffffff', 2);
    expect(receiver.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });
});

describe('a collector that is away', () => {
  test('hurts no request, is mentioned once, and does not hold up the end', async () => {
    const lonely = await startService({
      ...postgres.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    const mentions = () => lonely.output().match(/traces cannot be sent/g) ?? [];
    while (mentions().length === 0) expect((await lonely.request('/api/products/1')).status).toBe(200);
    for (let i = 0; i < 300; i += 1) expect((await lonely.request('/api/products/1')).status).toBe(200);
    expect(await lonely.stop()).toBe(0);
    expect(mentions()).toHaveLength(1);
  });
});

describe('without a collector', () => {
  test('nothing is traced, and a failure still carries the trace id of its request', async () => {
    const plain = await startService({ ...postgres.env, LOG_REQUESTS: 'all' });
    const { headers } = await plain.request('/api/products/1', {
      headers: { 'x-amzn-trace-id': `Root=${root}` },
    });
    expect(headers.get('traceresponse')).toBeNull();
    await until(() =>
      plain.log().some(({ trace_id, url }) => trace_id === rootId && url === '/api/products/1'),
    );
    await plain.stop();
  });
});

test.each([
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['PORT', '70000'],
  ['DB_SSL', 'maybe'],
  ['LOG_LEVEL', 'loud'],
])('a setting that cannot be ends the start with its name and what it may be: %s=%s', async (name, value) => {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { builtFile } = await import('./service.ts');
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, [name]: value };
  const failure: unknown = await promisify(execFile)(process.execPath, [await builtFile()], { env }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(new RegExp(`${name} is "${value}": give .+`)),
  });
});
