import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { as, field, visit } from './client.ts';
import { runSystem, storesReadable } from './running-system.ts';

const shop = runSystem();

test('somebody signs up, fills the cart, buys, presses the button again and has bought once', async () => {
  const person = visit(shop.url);
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
  expect(short.text).toContain('Password must have at least 10 characters.');
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

describe('buyers apart', () => {
  test('nobody sees or touches what is another’s', async () => {
    const [person, other] = [visit(shop.url), visit(shop.url)];
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
    const person = visit(shop.url);
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
    const person = visit(shop.url);
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
    const buyers = Array.from({ length: 4 }, () => visit(shop.url));
    for (const buyer of buyers) await buyer.signUp();
    const keys = buyers.map(() => randomUUID());
    const submit = (buyer: ReturnType<typeof visit>, n: number) =>
      buyer.checkout([{ product: 14, quantity: 1 }], keys[n] ?? '');
    await shop.engine.chaos({ action: 'stop-database', database: 'shop' });
    const first = Promise.all(buyers.map(submit));
    await shop.engine.chaos({ action: 'start-database', database: 'shop' });
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
    const person = visit(shop.url);
    await person.signUp();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => person.checkout([{ product: 999, quantity: 1 }], randomUUID())),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(10);
    expect(limited[0]?.headers.get('retry-after')).toBe('1');
  });
});

test('the last one goes to exactly one of those who want it; all others read that it is sold out', async () => {
  if (!storesReadable) return;
  const buyers = await shop.stores.createBuyers(24);
  await shop.stores.query('UPDATE stock SET available = 1 WHERE product_id = 10');
  const answers = await Promise.all(
    buyers.map((buyer) => as(shop.url, buyer).checkout([{ product: 10, quantity: 1 }], randomUUID())),
  );
  const kinds = answers.map(({ status, json }) => `${status} ${json?.['type'] ?? ''}`.trim()).sort();
  expect(kinds).toEqual(['201', ...Array(23).fill('409 /api/problems#sold-out')]);
  const [stock] = await shop.stores.query('SELECT available FROM stock WHERE product_id = 10');
  expect(stock).toEqual({ available: 0 });
});

test('orders that cross each other at the same moment all go through, and take exactly what they say', async () => {
  if (!storesReadable) return;
  const buyers = await shop.stores.createBuyers(60);
  const left = () =>
    shop.stores.query('SELECT available FROM stock WHERE product_id IN (11, 12, 13) ORDER BY product_id');
  await shop.stores.query('UPDATE stock SET available = 1000 WHERE product_id IN (11, 12, 13)');
  const pairs = [
    [11, 12],
    [12, 11],
    [13, 11],
  ];
  const answers = await Promise.all(
    buyers.map((buyer, n) => {
      const [first = 0, second = 0] = pairs[n % 3] ?? [];
      const items = [
        { product: first, quantity: 1 },
        { product: second, quantity: 2 },
      ];
      return as(shop.url, buyer).checkout(items, randomUUID());
    }),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  // Of 11: 1, 2 and 2 by twenty buyers each; of 12: 2 and 1; of 13: 1.
  expect(await left()).toEqual([{ available: 900 }, { available: 940 }, { available: 980 }]);
});

test('a purchase that was put off can be sent again from the page itself, with its key, and is bought once', async () => {
  const person = visit(shop.url);
  await person.signUp();
  await person.send('PUT', '/api/cart/items/15', { quantity: 1 });
  const cart = (await person.get('/api/shop/cart')).text;
  const names = ['csrf', 'key', 'items', 'total'];
  const read = (page: string) => Object.fromEntries(names.map((name) => [name, field(page, name)]));
  const purchase = read(cart);
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => person.post('/api/shop/checkout', purchase)),
  );
  const putOff = answers.find(({ status }) => status === 429);
  expect(putOff?.text).toContain('>Try again</button>');
  expect(read(putOff?.text ?? '')).toEqual(purchase);
  await expect
    .poll(async () => (await person.post('/api/shop/checkout', purchase)).status, { timeout: 10_000 })
    .toBe(303);
  expect((await person.get('/api/orders')).json?.['orders']).toHaveLength(1);
});

test('the order history goes back as far as there are orders, fifty at a time', async () => {
  if (!storesReadable) return;
  const [buyer] = await shop.stores.createBuyers(1);
  await shop.stores.query(
    `INSERT INTO orders (user_id, idempotency_key, fingerprint, total_cents)
     SELECT $1, 'key-' || n, 'f', n FROM generate_series(1, 60) n`,
    [buyer?.user],
  );
  const person = as(shop.url, buyer);
  const first = (await person.get('/api/orders')).json;
  expect(first?.['orders']).toHaveLength(50);
  const rest = (await person.get(`/api/orders?before=${first?.['next']}`)).json;
  expect(rest?.['orders']).toHaveLength(10);
  expect(rest).not.toHaveProperty('next');
  const page = (await person.get('/api/shop/orders')).text;
  expect(page).toContain(`/api/shop/orders?before=${first?.['next']}`);
  expect(
    (await person.get(`/api/shop/orders?before=${first?.['next']}`)).text.match(/>Order \d+</g),
  ).toHaveLength(10);
});

test('products are found by category and by a part of their name, page by page', async () => {
  const person = visit(shop.url);
  const names = (text: string) => [...text.matchAll(/products\/\d+">([^<]*)</g)].map(([, name]) => name);
  expect(names((await person.get('/api/shop?category=Living')).text)).toEqual([
    'Oak Side Table',
    'Wool Throw',
    'Linen Cushion',
    'Stoneware Vase',
  ]);
  expect(names((await person.get('/api/shop?q=LAN')).text)).toEqual(['Storm Lantern', 'Picnic Blanket']);
  expect((await person.get('/api/shop?q=nothing%20like%20it')).text).toContain(
    'There is nothing here by that name.',
  );
  // Nobody can put a headline of theirs on our page.
  const invented = await person.get('/api/shop?category=Your%20account%20is%20locked');
  expect([invented.status, invented.text.includes('locked')]).toEqual([404, false]);
  const first = (await person.get('/api/products?limit=10')).json;
  expect(first).toMatchObject({ count: 10, next: '10' });
  const rest = (await person.get('/api/products?limit=10&cursor=10')).json;
  expect(rest).toMatchObject({ count: 6 });
  expect(rest).not.toHaveProperty('next');
});
