import { randomUUID } from 'node:crypto';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newToken } from '../service/src/sessions/tokens.ts';
import { field, visit } from './client.ts';
import { openStores, running, type Stores } from './stores.ts';

const system = copySystem('storefront');
let engine: DrivenEngine;
let stores: Stores;

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--time-scale', '20', '--no-watch']);
  if (process.platform === 'linux') stores = await openStores(engine);
}, 60_000);

afterAll(async () => {
  await stores?.close();
  await engine?.stop();
  system.remove();
}, 60_000);

/** The addresses of all tasks: what one of them knows, all must know. */
const taskUrls = async () => running(await engine.snapshot()).map(({ port }) => `http://127.0.0.1:${port}`);

describe('with pages alone', () => {
  test('somebody signs up, fills the cart, buys, presses the button again and has bought once', async () => {
    const person = visit(engine.url);
    const home = await person.get('/api/shop');
    expect(home.text).toContain('Aurora Desk Lamp');
    const sheet = /href="([^"]+\.css)"/.exec(home.text)?.[1] ?? '';
    expect((await person.get(sheet)).headers.get('cache-control')).toContain('immutable');

    const away = await person.get('/api/shop/cart');
    expect([away.status, away.headers.get('location')]).toEqual([
      303,
      '/api/shop/sign-in?next=%2Fapi%2Fshop%2Fcart',
    ]);
    const form = await person.get('/api/shop/sign-up?next=/api/shop/products/3');
    const fields = {
      csrf: field(form.text, 'csrf'),
      next: field(form.text, 'next'),
      name: 'Zoë <script>alert(1)</script> 李',
      email: `pages-${process.pid}@example.com`,
    };
    const short = await person.post('/api/shop/sign-up', { ...fields, password: 'short' });
    expect(short.status).toBe(400);
    expect(short.text).toContain('password must have at least 10 characters.');
    expect(short.text).not.toContain('<script>');
    const made = await person.post('/api/shop/sign-up', { ...fields, password: 'long enough for this' });
    expect([made.status, made.headers.get('location')]).toEqual([303, '/api/shop/products/3']);

    const product = await person.get('/api/shop/products/3');
    expect(product.text).toContain('Zoë &lt;script&gt;alert(1)&lt;/script&gt; 李');
    const csrf = field(product.text, 'csrf');
    expect((await person.post('/api/shop/cart', { csrf, product: '3', quantity: '2' })).status).toBe(303);
    const cart = (await person.get('/api/shop/cart')).text;
    expect(cart).toContain('Buy now for $178.00');
    const purchase = Object.fromEntries(
      ['csrf', 'key', 'items', 'total'].map((name) => [name, field(cart, name)]),
    );
    const bought = await person.post('/api/shop/checkout', purchase);
    const again = await person.post('/api/shop/checkout', purchase);
    expect(bought.headers.get('location')).toMatch(/^\/api\/shop\/orders\/\d+\?placed$/);
    expect(again.headers.get('location')).toBe(bought.headers.get('location'));
    expect((await person.get(bought.headers.get('location') ?? '')).text).toContain('your order is placed');
    expect((await person.get('/api/shop/orders')).text.match(/>Order \d+</g)).toHaveLength(1);
    expect((await person.get('/api/shop/cart')).text).toContain('Your cart is empty');

    expect((await person.post('/api/shop/sign-out', { csrf })).status).toBe(303);
    expect((await person.get('/api/shop/orders')).status).toBe(303);
  });

  test('forms without, or with a foreign or an outlived CSRF token change nothing', async () => {
    const [person, other] = [visit(engine.url), visit(engine.url)];
    await person.signUp();
    await other.signUp();
    const old = person.csrf;
    const add = (csrf: string) => person.post('/api/shop/cart', { csrf, product: '4', quantity: '1' });
    for (const csrf of ['', 'x', other.csrf, `${old}x`, old.slice(1)])
      expect((await add(csrf)).status).toBe(403);
    expect((await person.get('/api/cart')).json).toEqual({ items: [], total: 0 });

    // Signed in anew: the old session's token is of no use, also with the old cookie.
    const before = new Map(person.cookies);
    await person.signUp();
    expect((await add(old)).status).toBe(403);
    person.cookies.set('session', before.get('session') ?? '');
    expect((await add(old)).status).toBe(401);
    const stranger = await visit(engine.url).post('/api/shop/sign-in', {
      csrf: old,
      email: 'a@example.com',
      password: 'x',
    });
    expect(stranger.status).toBe(403);
  });

  test('a page of another site can do nothing, even with the right token', async () => {
    const person = visit(engine.url);
    await person.signUp();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await person.send('PUT', '/api/cart/items/1', { quantity: 1 }, headers);
      expect([answer.status, answer.json?.['type']]).toEqual([403, '/api/problems#csrf']);
    }
    expect(
      (await person.send('PUT', '/api/cart/items/1', { quantity: 1 }, { origin: engine.url })).status,
    ).toBe(200);
  });
});

describe('sessions', () => {
  test('the cookie is HttpOnly and SameSite=Lax; behind TLS also Secure and bound to the host', async () => {
    const person = visit(engine.url);
    const plain = (await person.signUp()).headers.getSetCookie()[0];
    expect(plain).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=86400$/);
    const [task = ''] = await taskUrls();
    const behindTls = await visit(task).send(
      'POST',
      '/api/users',
      { email: `tls-${process.pid}@example.com`, name: 'T', password: 'correct horse battery' },
      { 'x-forwarded-proto': 'https' },
    );
    expect(behindTls.headers.getSetCookie()[0]).toMatch(
      /^__Host-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=86400$/,
    );
    expect(behindTls.headers.get('strict-transport-security')).toContain('max-age=');
  });

  test('a cookie that was signed out is refused by every task, however it was kept', async () => {
    const person = visit(engine.url);
    await person.signUp();
    const stolen = `session=${person.cookies.get('session')}`;
    const ask = async () =>
      Promise.all(
        (await taskUrls()).map(
          async (url) => (await fetch(`${url}/api/orders`, { headers: { cookie: stolen } })).status,
        ),
      );
    expect(await ask()).toEqual([200, 200]);
    expect((await person.send('DELETE', '/api/session', '{}')).status).toBe(204);
    expect(await ask()).toEqual([401, 401]);
    const replayed = await visit(engine.url).request('/api/cart/items/1', {
      method: 'PUT',
      headers: { cookie: stolen, 'x-csrf-token': person.csrf, 'content-type': 'application/json' },
      body: '{"quantity":1}',
    });
    expect(replayed.status).toBe(401);
  });

  test.skipIf(process.platform !== 'linux')(
    'an expired session is refused while its item is still in the table',
    async () => {
      const [buyer] = await stores.createBuyers(1);
      const [expired, live] = [newToken(), newToken()];
      const now = Math.floor(Date.now() / 1000);
      await stores.plantSession(buyer?.user ?? '', expired, now - 1);
      await stores.plantSession(buyer?.user ?? '', live, now + 60);
      const status = async (token: string) =>
        (await fetch(`${engine.url}/api/session`, { headers: { cookie: `session=${token}` } })).status;
      expect(await status(live)).toBe(200);
      expect(await status(expired)).toBe(401);
      expect(await stores.hasSession(expired)).toBe(true);
    },
  );

  test('missing and forged cookies are strangers', async () => {
    for (const cookie of [
      '',
      'session=',
      `session=${newToken()}`,
      'session=../../etc',
      "session=' OR 1=1 --",
      'session="x"; session=y',
    ]) {
      const answer = await fetch(`${engine.url}/api/orders`, { headers: { cookie } });
      expect([cookie, answer.status]).toEqual([cookie, 401]);
    }
  });

  test('signing in: the right password only, and not for ever', async () => {
    const person = visit(engine.url);
    await person.signUp();
    const first = person.cookies.get('session');
    const email = `person-guess-${process.pid}@example.com`;
    const password = 'correct horse battery';
    await visit(engine.url).send('POST', '/api/users', { email, name: 'G', password });
    const signIn = (given: string) =>
      person.send('POST', '/api/session', { email: email.toUpperCase(), password: given });
    expect((await signIn('wrong')).status).toBe(401);
    expect((await signIn(password)).status).toBe(201);
    expect(person.cookies.get('session')).not.toBe(first);
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) statuses.push((await signIn('wrong')).status);
    expect(statuses.at(-1)).toBe(429);
    const limited = await signIn(password);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '300']);
  }, 30_000);
});

describe('buyers apart', () => {
  test('nobody sees or touches what is another’s', async () => {
    const [person, other] = [visit(engine.url), visit(engine.url)];
    await person.signUp();
    await other.signUp();
    const key = randomUUID();
    const bought = await person.checkout([{ product: 5, quantity: 1 }], key);
    const at = bought.headers.get('location') ?? '';
    expect((await person.get(at)).json).toMatchObject({ total: 42, charged: 42 });
    expect((await other.get(at)).status).toBe(404);
    expect((await other.get(at.replace('/api/', '/api/shop/'))).status).toBe(404);
    await person.send('PUT', '/api/cart/items/2', { quantity: 3 });
    expect((await other.get('/api/cart')).json).toEqual({ items: [], total: 0 });
    // A key is a buyer's own: another's is no repetition.
    const same = await other.checkout([{ product: 5, quantity: 1 }], key);
    expect([same.status, same.json?.['repeated']]).toEqual([201, false]);
    expect(same.json?.['order']).not.toBe(bought.json?.['order']);
  });
});

describe('checkout', () => {
  test('the same key buys once, and is refused for anything else', async () => {
    const person = visit(engine.url);
    await person.signUp();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => person.checkout([{ product: 6, quantity: 1 }], key)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ json }) => json?.['order'])).size).toBe(1);
    for (const other of [[{ product: 6, quantity: 2 }], [{ product: 7, quantity: 1 }]]) {
      const reused = await person.checkout(other, key);
      expect([reused.status, reused.json?.['type']]).toEqual([422, '/api/problems#key-reused']);
      expect(reused.json?.['detail']).toContain('was used for an order with other content');
    }
    expect((await person.get('/api/orders')).json?.['orders']).toHaveLength(1);
  });

  test('a price that is not the one shown, and more than there is, are refused with what is so now', async () => {
    const person = visit(engine.url);
    await person.signUp();
    const changed = await person.checkout([{ product: 8, quantity: 1 }], randomUUID(), { total: 1 });
    expect([changed.status, changed.json?.['type'], changed.json?.['total']]).toEqual([
      409,
      '/api/problems#price-changed',
      42,
    ]);
    // Of 40 there are none left after four times ten.
    for (let n = 0; n < 4; n += 1)
      expect((await person.checkout([{ product: 2, quantity: 10 }], randomUUID())).status).toBe(201);
    const gone = await person.checkout(
      [
        { product: 2, quantity: 1 },
        { product: 9, quantity: 1 },
      ],
      randomUUID(),
    );
    expect(gone.json).toMatchObject({
      type: '/api/problems#sold-out',
      detail: 'Oak Side Table is sold out. Nothing was bought or charged.',
      short: [{ product: 2, available: 0, wanted: 1 }],
    });
    expect((await person.get('/api/products/9')).json?.['available']).toBe(150);
    expect((await person.get('/api/shop/products/2')).text).toContain('Sold out');
  });

  test('a database that goes away in the middle costs nobody an order, and charges nobody twice', async () => {
    const buyers = Array.from({ length: 4 }, () => visit(engine.url));
    for (const buyer of buyers) await buyer.signUp();
    const keys = buyers.map(() => randomUUID());
    const submit = (buyer: ReturnType<typeof visit>, n: number) =>
      buyer.checkout([{ product: 14, quantity: 1 }], keys[n] ?? '');
    await engine.chaos({ action: 'stop-database', database: 'shop' });
    const first = Promise.all(buyers.map(submit));
    await engine.chaos({ action: 'start-database', database: 'shop' });
    for (const { status, headers } of await first) {
      expect([200, 201, 503]).toContain(status);
      if (status === 503) expect(headers.get('retry-after')).toBe('1');
    }
    for (const [n, buyer] of buyers.entries()) {
      await expect
        .poll(async () => (await submit(buyer, n)).status, { timeout: 10_000, interval: 1000 })
        .toBe(200);
      expect((await buyer.get('/api/orders')).json?.['orders']).toHaveLength(1);
    }
  }, 60_000);

  test('who sends too fast is told to wait', async () => {
    const person = visit(engine.url);
    await person.signUp();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => person.checkout([{ product: 999, quantity: 1 }], randomUUID())),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(10);
    expect(limited[0]?.headers.get('retry-after')).toBe('1');
  });
});

test('bad input is a clear 4xx with a sentence, and changes nothing', async () => {
  const person = visit(engine.url);
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
  expect((await person.get('/api/orders')).json).toEqual({ orders: [] });
  expect((await person.get('/api/cart')).json).toEqual({ items: [], total: 0 });
  expect((await person.get("/api/products?q=' OR 1=1 --")).json).toEqual({ products: [], count: 0 });
}, 60_000);
