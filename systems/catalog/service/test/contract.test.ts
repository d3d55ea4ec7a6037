import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { startService, type TestService } from './service.ts';

let postgres: TestPostgres;
let service: TestService;

interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly category: string;
}

interface Page {
  readonly products: readonly Product[];
  readonly count: number;
  readonly next?: string;
}

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startService({
    ...postgres.env,
    OTEL_SERVICE_NAME: 'catalog-test',
    AWS_REGION: 'ap-southeast-2',
  });
}, 60_000);

afterAll(async () => {
  await service?.stop();
  await postgres?.remove();
});

async function page(query: string): Promise<Page> {
  const { status, json } = await service.request(`/api/products${query}`);
  expect(status).toBe(200);
  // The contract's answer; its fields are looked at by the tests.
  return json as Page;
}

async function add(body: unknown): Promise<Product> {
  const { status, json } = await service.send('POST', '/api/products', body);
  expect(status).toBe(201);
  // As above.
  return json as Product;
}

describe('GET /health', () => {
  test('keeps an idle connection longer than the load balancer, which would send into one that is closing', async () => {
    const { headers } = await service.request('/health');
    const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
  });

  test('says who is healthy', async () => {
    const { status, json } = await service.request('/health');
    expect(status).toBe(200);
    expect(json).toEqual({ status: 'healthy', service: 'catalog-test', version: '0.1.0' });
  });
});

describe('GET /api/info', () => {
  test('tells a stranger nothing of where the database is', async () => {
    const { status, json, text } = await service.request('/api/info');
    expect(status).toBe(200);
    expect(json).toEqual({
      service: 'catalog-test',
      version: '0.1.0',
      region: 'ap-southeast-2',
      database: { engine: 'postgresql', status: 'connected', schema: 3 },
    });
    for (const secret of ['127.0.0.1', String(postgres.port), 'productdb', postgres.password]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('GET /api/products', () => {
  test('has products from the first day, with categories', async () => {
    const { products, count } = await page('');
    expect(count).toBeGreaterThanOrEqual(24);
    expect(products).toHaveLength(count);
    expect(new Set(products.map(({ category }) => category)).size).toBeGreaterThan(4);
    expect(Object.keys(products[0] ?? {})).toEqual(['id', 'name', 'price', 'category']);
  });

  test('filters by category and by part of the name in any case', async () => {
    const kitchen = await page('?category=Kitchen');
    expect(kitchen.count).toBeGreaterThan(1);
    expect(kitchen.products.every(({ category }) => category === 'Kitchen')).toBe(true);
    expect((await page('?q=KETTLE')).products.map(({ name }) => name)).toEqual(['Electric Kettle 1.7 l']);
    expect(await page('?q=kettle&category=Books')).toEqual({ products: [], count: 0 });
    expect((await page('?category=No%20such')).count).toBe(0);
  });

  test.each(['100%', 'a_c', 'back\\slash', "O'Neill", '"quoted"', '%'])(
    'finds %s as it is written, not as a pattern',
    async (part) => {
      const { id } = await add({ name: `Find ${part} here`, price: 1, category: `Find ${part}` });
      await add({ name: 'Find abc 1000 here', price: 1, category: `Find ${part}` });
      const found = await page(
        `?q=${encodeURIComponent(part)}&category=${encodeURIComponent(`Find ${part}`)}`,
      );
      expect(found.products.map((product) => product.id)).toEqual([id]);
    },
  );

  test('gives as many as asked for, and a cursor only when there is more', async () => {
    for (let i = 0; i < 5; i += 1) await add({ name: `Five ${i}`, price: i, category: 'Five' });
    const first = await page('?category=Five&limit=3');
    expect(first.count).toBe(3);
    const second = await page(`?category=Five&limit=3&cursor=${first.next}`);
    expect(second.products.map(({ name }) => name)).toEqual(['Five 3', 'Five 4']);
    expect(second).not.toHaveProperty('next');
    expect(await page('?category=Five&limit=5')).not.toHaveProperty('next');
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['cursor=', 'cursor'],
    [`cursor=${Buffer.from('after:0').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('after:1 OR 1=1').toString('base64url')}`, 'cursor'],
    ['category=', 'category'],
    ['category=%00', 'category'],
    ['category=a&category=b', 'category'],
    [`category=${'x'.repeat(101)}`, 'category'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=%00', 'q'],
  ])('refuses %s with the field', async (query, field) => {
    const { status, json } = await service.request(`/api/products?${query}`);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringContaining(field), field });
  });

  test('walking the pages gives every product exactly once, whatever the page size, even while others are added', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
        const before = new Set(
          ((await postgres.query('SELECT id::int FROM products')) as Product[]).map(({ id }) => id),
        );
        const seen: number[] = [];
        for (let cursor = ''; ; ) {
          const { products, next } = await page(`?limit=${limit}${cursor}`);
          seen.push(...products.map(({ id }) => id));
          if (next === undefined) break;
          cursor = `&cursor=${next}`;
          if (seen.length < 60) await add({ name: 'Added meanwhile', price: 1 });
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => before.has(id))).toEqual([...before].sort((a, b) => a - b));
      }),
      { numRuns: 12 },
    );
  });
});

describe('GET /api/products/:id', () => {
  test('gives one product', async () => {
    const product = await add({ name: 'One', price: 29.99, category: 'Single' });
    expect((await service.request(`/api/products/${product.id}`)).json).toEqual(product);
  });

  test.each(['999999999', '9007199254740991', '9007199254740993', '9'.repeat(100)])(
    'answers 404 for id %s',
    async (id) => {
      const { status, json } = await service.request(`/api/products/${id}`);
      expect(status).toBe(404);
      expect(json).toEqual({ error: 'Product not found' });
    },
  );

  test.each(['0', '-1', '1.5', 'abc', '1e3', '%20', '1;drop', '%00'])('answers 400 for id %s', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      const { status, json } = await service.request(`/api/products/${id}`, { method });
      expect(status).toBe(400);
      expect(json).toEqual({ error: 'id must be a positive integer', field: 'id' });
    }
  });
});

describe('POST /api/products', () => {
  test('stores the product and says where it is', async () => {
    const { status, headers, json } = await service.send('POST', '/api/products', {
      name: 'Tea',
      price: 3.5,
      category: 'Food',
    });
    expect(status).toBe(201);
    const { id } = json as Product;
    expect(json).toEqual({ id, name: 'Tea', price: 3.5, category: 'Food' });
    expect(headers.get('location')).toBe(`/api/products/${id}`);
    expect((await service.request(headers.get('location') ?? '')).json).toEqual(json);
  });

  test('puts a product without category into General', async () => {
    expect(await add({ name: 'Plain', price: 1 })).toMatchObject({ category: 'General' });
    expect(await add({ name: 'Plain', price: 1, category: null })).toMatchObject({ category: 'General' });
  });

  test.each([
    {},
    { name: 'x' },
    { price: 1 },
    { name: null, price: 1 },
    { name: 'x', price: null },
    { category: 'x' },
  ])('answers exactly "Missing required fields" for %j', async (body) => {
    for (const [method, at] of [
      ['POST', '/api/products'],
      ['PUT', '/api/products/1'],
    ] as const) {
      const { status, text } = await service.send(method, at, body);
      expect(status).toBe(400);
      expect(text).toBe('{"error":"Missing required fields"}');
    }
  });

  test('answers the same when there is no body at all', async () => {
    expect(await service.request('/api/products', { method: 'POST' })).toMatchObject({
      status: 400,
      json: { error: 'Missing required fields' },
    });
  });

  test.each([
    [{ name: '', price: 1 }, 'name'],
    [{ name: '   ', price: 1 }, 'name'],
    [{ name: 5, price: 1 }, 'name'],
    [{ name: ['x'], price: 1 }, 'name'],
    [{ name: 'x'.repeat(201), price: 1 }, 'name'],
    [{ name: 'a\0b', price: 1 }, 'name'],
    [{ name: 'a\ud800b', price: 1 }, 'name'],
    [{ name: 'x', price: -1 }, 'price'],
    [{ name: 'x', price: 1.005 }, 'price'],
    [{ name: 'x', price: 10_000_000_000 }, 'price'],
    [{ name: 'x', price: 'cheap' }, 'price'],
    [{ name: 'x', price: '1e3' }, 'price'],
    [{ name: 'x', price: '' }, 'price'],
    [{ name: 'x', price: true }, 'price'],
    [{ name: 'x', price: {} }, 'price'],
    [{ name: 'x', price: 1, category: '' }, 'category'],
    [{ name: 'x', price: 1, category: 7 }, 'category'],
    [{ name: 'x', price: 1, category: 'x'.repeat(101) }, 'category'],
  ])('refuses %j with the field and the rule', async (body, field) => {
    const { status, json } = await service.send('POST', '/api/products', body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(new RegExp(`^${field} must `)), field });
  });

  test('accepts the longest name, counted as people count', async () => {
    const name = '🍵'.repeat(200);
    expect(await add({ name, price: 1 })).toMatchObject({ name });
  });

  test('keeps any text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .string({ unit: 'binary', minLength: 1, maxLength: 100 })
          .filter((text) => text.trim() !== '' && !text.includes('\0')),
        async (name) => {
          const { id } = await add({ name, price: 1 });
          expect((await service.request(`/api/products/${id}`)).json).toMatchObject({ name });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('keeps every price exact to the cent, from request to database to answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 999_999_999_999n }), fc.boolean(), async (cents, asText) => {
        const digits = String(cents).padStart(3, '0');
        const decimal = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
        const answer = await service.request('/api/products', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `{"name":"Priced","price":${asText ? `"${decimal}"` : decimal}}`,
        });
        expect(answer.status).toBe(201);
        expect(answer.text).toContain(`"price":${decimal},`);
        const { id } = answer.json as Product;
        expect(
          await postgres.query(`SELECT (price * 100)::bigint::text AS cents FROM products WHERE id = ${id}`),
        ).toEqual([{ cents: String(cents) }]);
      }),
      {
        numRuns: 60,
        examples: [
          [2999n, false],
          [999_999_999_999n, false],
          [0n, false],
          [110n, true],
        ],
      },
    );
  });

  test('shows a new product at once, to whoever asks after the answer', async () => {
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const { id } = await add({ name: `Seen ${i}`, price: 1 });
        expect((await service.request(`/api/products/${id}`)).status).toBe(200);
      }),
    );
  });
});

describe('PUT and DELETE /api/products/:id', () => {
  test('PUT replaces the whole product', async () => {
    const { id } = await add({ name: 'Old', price: 1, category: 'Old' });
    const { status, json } = await service.send('PUT', `/api/products/${id}`, { name: 'New', price: '2.50' });
    expect(status).toBe(200);
    expect(json).toEqual({ id, name: 'New', price: 2.5, category: 'General' });
    expect((await service.request(`/api/products/${id}`)).json).toEqual(json);
  });

  test('PUT answers 404 for a product that is not there', async () => {
    const answer = await service.send('PUT', '/api/products/999999999', { name: 'New', price: 2 });
    expect(answer).toMatchObject({ status: 404, json: { error: 'Product not found' } });
  });

  test('DELETE removes it, and then it is gone', async () => {
    const { id } = await add({ name: 'Short-lived', price: 1 });
    const deleted = await service.request(`/api/products/${id}`, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 204, text: '' });
    for (const method of ['DELETE', 'GET']) {
      const answer = await service.request(`/api/products/${id}`, { method });
      expect(answer).toMatchObject({ status: 404, json: { error: 'Product not found' } });
    }
  });
});

describe('everything else', () => {
  test('is 404 in JSON', async () => {
    expect(await service.request('/api/nothing')).toMatchObject({
      status: 404,
      json: { error: 'Not found' },
    });
  });

  test('the API description names every path and method', async () => {
    const { json } = await service.request('/api/openapi.json');
    const { openapi, paths } = json as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(openapi).toMatch(/^3\./);
    expect(
      Object.entries(paths)
        .flatMap(([at, methods]) => Object.keys(methods).map((method) => `${method} ${at}`))
        .sort(),
    ).toEqual([
      'delete /api/products/{id}',
      'get /api/info',
      'get /api/products',
      'get /api/products/{id}',
      'get /health',
      'post /api/products',
      'put /api/products/{id}',
    ]);
  });

  test('HEAD is GET without a body', async () => {
    const { status, text, headers } = await service.request('/api/products/1', { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    expect(Number(headers.get('content-length'))).toBeGreaterThan(0);
  });

  test('an invalid path is refused in JSON', async () => {
    expect(await service.request('/api/products/%zz')).toMatchObject({
      status: 400,
      json: { error: 'The URL is not valid' },
    });
  });
});
