import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { visit } from './client.ts';
import { runSystem, storesReadable } from './running-system.ts';

const shop = runSystem();

/** What the shop's tables hold: how much of everything, and what is left of each product. */
const contents = () =>
  storesReadable
    ? shop.stores.query(`SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM orders) AS orders,
        (SELECT count(*) FROM order_items) AS items, (SELECT count(*) FROM charges) AS charges,
        (SELECT count(*) FROM cart_items) AS carts, (SELECT sum(available) FROM stock) AS stock,
        (SELECT count(*) FROM products) AS products, (SELECT sum(price_cents) FROM products) AS prices`)
    : Promise.resolve([]);

test('bad input is a clear 4xx with a sentence, and changes nothing', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const checkout = (body: unknown, key: string = randomUUID()) =>
    person.send('POST', '/api/checkout', body, { 'idempotency-key': key });
  const line = (product: unknown, quantity: unknown) => ({ items: [{ product, quantity }] });
  const account = (more: object) => ({
    email: 'x@example.com',
    name: 'X',
    password: 'long enough for this',
    ...more,
  });
  const before = await contents();
  const bad = [
    ...['{"items":', '', 'null', '[]', '"text"', '\u0000', '{"a":'.repeat(2000)].map(
      (body) => [400, checkout(body)] as const,
    ),
    [413, checkout(`{"items":"${'x'.repeat(20_000)}"}`)],
    ...[-1, 0, 0.5, 11, 1e300, '1e3', 'many', null, true, [], {}, Number.MAX_SAFE_INTEGER].map(
      (quantity) => [400, checkout(line(1, quantity))] as const,
    ),
    ...[-1, 0, 1.5, 'x', null, '1; DROP TABLE orders; --', 2 ** 31, 1e100].map(
      (product) => [400, checkout(line(product, 1))] as const,
    ),
    [422, checkout(line(424_242, 1))],
    [400, checkout({ items: [line(1, 1).items[0], line(1, 2).items[0]] })],
    [400, checkout({ items: Array.from({ length: 21 }, (_, n) => ({ product: n + 1, quantity: 1 })) })],
    ...[-1, 0, 1e20, 1.005, 'much', {}].map((total) => [400, checkout({ ...line(1, 1), total })] as const),
    ...['', 'short', 'x'.repeat(101), 'with a space'].map((key) => [400, checkout(line(1, 1), key)] as const),
    [404, person.send('PUT', '/api/cart/items/424242', { quantity: 1 })],
    [404, person.send('PUT', '/api/cart/items/99999999999999999999', { quantity: 1 })],
    [400, person.send('PUT', '/api/cart/items/1%27%20OR%201=1', { quantity: 1 })],
    [400, person.send('PUT', '/api/cart/items/1', { quantity: -5 })],
    [400, person.send('PUT', '/api/cart/items/1', '{"__proto__":{"quantity":1}}')],
    [
      415,
      person.request('/api/checkout', {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: '{}',
      }),
    ],
    [415, person.send('POST', '/api/shop/cart', {})],
    ...[
      'x',
      'x@',
      '@y.z',
      'a b@c.de',
      "'; DROP TABLE users; --@x",
      `${'x'.repeat(250)}@example.com`,
      7,
      null,
    ].map((email) => [400, person.send('POST', '/api/users', account({ email }))] as const),
    ...['', '   ', '\u0007bell', '\u202Eevil', '\uD800', 'x'.repeat(101), ['a'], 5].map(
      (name) => [400, person.send('POST', '/api/users', account({ name }))] as const,
    ),
    ...['short', '', 'x'.repeat(201), 12345678901].map(
      (password) => [400, person.send('POST', '/api/users', account({ password }))] as const,
    ),
    [400, person.get('/api/products?limit=0')],
    [400, person.get('/api/products?limit=101')],
    [400, person.get('/api/products?cursor=-1')],
    [400, person.get('/api/products?q=%00')],
    [400, person.get('/api/products/abc')],
    [400, person.get('/api/orders/1%20OR%201=1')],
    [404, person.get('/api/products/99999999999')],
    [404, person.get('/api/nothing')],
    [404, person.get('/api/shop/nothing')],
  ] as const;
  for (const [at, [status, answer]] of bad.entries()) {
    const got = await answer;
    expect([at, got.status, got.text]).toEqual([at, status, got.text]);
    if (got.json !== undefined) {
      expect(got.headers.get('content-type')).toContain('application/problem+json');
      expect(got.json).toMatchObject({
        status: got.status,
        type: expect.any(String),
        title: expect.any(String),
      });
      expect(String(got.json['detail']).length).toBeGreaterThan(10);
    }
  }
  expect(await contents()).toEqual(before);
  expect((await person.get('/api/orders')).json).toEqual({ orders: [] });
  expect((await person.get('/api/cart')).json).toEqual({ items: [], total: 0 });
  expect((await person.get("/api/products?q=' OR 1=1 --")).json).toEqual({ products: [], count: 0 });
}, 60_000);
