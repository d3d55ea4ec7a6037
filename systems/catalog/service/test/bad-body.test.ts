import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { startService, type TestService } from './service.ts';

let postgres: TestPostgres;
let service: TestService;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startService(postgres.env);
}, 60_000);

afterAll(async () => {
  await service?.stop();
  await postgres?.remove();
});

describe('a body that is no good', () => {
  async function post(body: string | Uint8Array<ArrayBuffer>, type = 'application/json') {
    return service.request('/api/products', { method: 'POST', headers: { 'content-type': type }, body });
  }

  test.each([
    '{"name":',
    'name=Tea',
    '{"name":"x","price":NaN}',
    "{'name':'x'}",
    '{"name":"x","price":1}}',
    '\u0000',
  ])('is refused when it is invalid JSON: %j', async (body) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      json: { error: 'Request body is not valid JSON' },
    });
  });

  test('is refused when it is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('","price":1}'),
    ]);
    expect(await post(body)).toMatchObject({
      status: 400,
      json: { error: 'Request body is not valid JSON' },
    });
  });

  test.each(['[]', '1', '"text"', 'null', 'true'])('is refused when it is no object: %s', async (body) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      json: { error: 'Request body must be a JSON object' },
    });
  });

  test.each([
    '['.repeat(60_000),
    '{"a":'.repeat(10_000),
    `{"name":"x","price":1,"x":${'['.repeat(9)}${']'.repeat(9)}}`,
  ])('is refused when it is deep', async (body) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      json: { error: 'Request body is nested more than 8 levels deep' },
    });
  });

  test('is refused when it is huge, with or without a length', async () => {
    const body = JSON.stringify({ name: 'x', price: 1, padding: 'x'.repeat(1_000_000) });
    expect(await post(body)).toMatchObject({
      status: 413,
      json: { error: 'Request body is larger than 64 KiB' },
    });
    const stream = new Blob([body]).stream();
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: stream,
      duplex: 'half' as const,
    };
    expect(await service.request('/api/products', init)).toMatchObject({ status: 413 });
  });

  test('is refused when it is not JSON by its type', async () => {
    expect(await post('name=Tea&price=1', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 415,
      json: { error: 'Content-Type must be application/json' },
    });
  });

  test('is refused when its price has more digits than a double keeps', async () => {
    expect(await post('{"name":"x","price":29.990000000000000001}')).toMatchObject({
      status: 400,
      json: { field: 'price' },
    });
  });

  test('cannot reach a prototype', async () => {
    expect((await post('{"__proto__":{"name":"x","price":1}}')).json).toEqual({
      error: 'Missing required fields',
    });
    expect(
      (await post('{"constructor":{"prototype":{"category":"bad"}},"name":"x","price":1}')).json,
    ).toMatchObject({
      category: 'General',
    });
  });
});
