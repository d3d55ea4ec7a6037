import { randomUUID } from 'node:crypto';
import { request as rawRequest } from 'node:http';
import { expect, test } from 'vitest';
import { as, field, visit } from './client.ts';
import { runSystem, storesReadable } from './running-system.ts';

const shop = runSystem();

/** What people write into fields who mean no good, and what honest people write that looks odd. */
const texts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "'; DROP TABLE users; --",
  "' OR '1'='1",
  '{{7*7}}<%= 7*7 %>#{7*7}',
  '../../etc/passwd',
  'Zoë 李 👩‍🍳 עברית',
  '&lt;already&gt;',
  'a'.repeat(100),
];

const ourTags =
  'html head meta title link body a header div form button main h1 h2 p ul li nav label input span footer img select option br strong time';

/** Whatever was put in, a page is made of our tags only, and nothing of it runs. */
function expectHarmless(page: string): void {
  const tags = [...page.replace(/="[^"]*"/g, '=').matchAll(/<([^\s/!>]*)([^>]*)/g)];
  for (const [tag, name = '', attributes = ''] of tags) {
    if (tag.startsWith('</') || tag.startsWith('<!')) continue;
    expect(ourTags.split(' ')).toContain(name);
    expect(attributes).not.toMatch(/["'<]|(^|\s)(on|style|srcdoc)\w*=/i);
  }
  expect(page).not.toMatch(/(href|src|action)="\s*(javascript|data:text)/i);
}

test('a page that is not harmless is seen as such', () => {
  for (const page of [
    '<script>',
    '<p onclick="x">',
    '<p title="a"b">',
    "<img src=x onerror='x'>",
    '<a href="javascript:x">',
  ])
    expect(() => expectHarmless(page)).toThrow();
  expectHarmless('<!doctype html><p class="a">&lt;script&gt; onclick=</p>');
});

test('text from people is kept as it was written and shown as text, in every field', async () => {
  for (const [n, text] of texts.entries()) {
    const person = visit(shop.url);
    const email = `hostile-${n}-${process.pid}@example.com`;
    const made = await person.send('POST', '/api/users', {
      email,
      name: text,
      password: `long enough ${text}`,
    });
    expect([text, made.status, made.json?.['user']]).toEqual([
      text,
      201,
      { id: expect.any(String), name: text },
    ]);
    expectHarmless((await person.get('/api/shop')).text);
    expect((await person.get('/api/session')).json?.['user']).toMatchObject({ name: text });

    // Each field of each form, refused or not, shows it as text.
    const stranger = visit(shop.url);
    const csrf = field((await stranger.get('/api/shop/sign-up')).text, 'csrf');
    for (const path of ['/api/shop/sign-up', '/api/shop/sign-in']) {
      const answer = await stranger.post(path, { csrf, next: text, name: text, email: text, password: 'x' });
      expect([path, text, answer.status]).toEqual([path, text, 400]);
      expectHarmless(answer.text);
      expect(field(answer.text, 'next')).toBe('/api/shop');
    }
    for (const path of ['', '/sign-in', '/sign-up', '/orders', '/products/1', '/products/', '/orders/'])
      for (const name of ['q', 'category', 'cursor', 'next', 'before', 'placed']) {
        const encoded = encodeURIComponent(text);
        const at = path.endsWith('/') ? `${path}${encoded}` : `${path}?${name}=${encoded}`;
        const answer = await person.get(`/api/shop${at}`);
        expect([at, [200, 400, 404].includes(answer.status)]).toEqual([at, true]);
        expectHarmless(answer.text);
      }
    const bodies: readonly Readonly<Record<string, string>>[] = [
      { product: text, quantity: '1' },
      { product: '1', quantity: text },
      { product: '1', quantity: text, set: text },
    ];
    for (const body of bodies)
      expect(
        (await person.post('/api/shop/cart', { csrf: made.json?.['csrfToken'] as string, ...body })).status,
      ).toBe(400);
    for (const body of [
      { key: text, items: '1x1', total: '29.99' },
      { key: randomUUID(), items: text, total: '29.99' },
      { key: randomUUID(), items: '1x1', total: text },
    ]) {
      const answer = await person.post('/api/shop/checkout', {
        csrf: made.json?.['csrfToken'] as string,
        ...body,
      });
      // A key is the buyer's own and any printable text without a space will do.
      expect([body, answer.status]).toEqual([
        body,
        /^[!-~]{8,100}$/.test(body.key) && body.items === '1x1' && body.total === '29.99' ? 303 : 400,
      ]);
      expectHarmless(answer.text);
    }
    expect((await person.post('/api/shop/cart', { csrf: text, product: '1', quantity: '1' })).status).toBe(
      403,
    );
  }
}, 120_000);

test.skipIf(!storesReadable)('names of products are shown as text wherever they appear', async () => {
  const [buyer] = await shop.stores.createBuyers(1);
  const person = as(shop.url, buyer);
  const name = '<script>alert("1")</script>\'><img src=x onerror=alert(1)>';
  await shop.stores.query(
    'UPDATE products SET name = $1, description = $1, category = left($1, 100), picture = $1 WHERE id = 9',
    [name],
  );
  await person.send('PUT', '/api/cart/items/9', { quantity: 2 });
  const seen = async (path: string) => {
    const { text } = await person.get(path);
    expectHarmless(text);
    expect(text).toContain(
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;',
    );
    return text;
  };
  await seen('/api/shop');
  await seen(`/api/shop?category=${encodeURIComponent(name)}`);
  await seen('/api/shop/products/9');
  const cart = await seen('/api/shop/cart');
  await shop.stores.query('UPDATE stock SET available = 1 WHERE product_id = 9');
  const purchase = Object.fromEntries(
    ['csrf', 'key', 'items', 'total'].map((key) => [key, field(cart, key)]),
  );
  const refused = await person.post('/api/shop/checkout', purchase);
  expect(refused.status).toBe(409);
  expectHarmless(refused.text);
  await shop.stores.query('UPDATE stock SET available = 5 WHERE product_id = 9');
  const bought = await person.post('/api/shop/checkout', purchase);
  await seen(bought.headers.get('location') ?? '');
  await seen('/api/shop/orders');
});

test('every answer forbids scripts, frames and guesses; what is personal is kept by nobody', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const sheet = /href="([^"]+\.css)"/.exec((await person.get('/api/shop')).text)?.[1] ?? '';
  const drawings = /src="([^"#]+\.svg)#/.exec((await person.get('/api/shop')).text)?.[1] ?? '';
  const paths = ['', '/cart', '/orders', '/sign-in', '/products/1', '/nothing', '/products/0'];
  for (const path of [
    ...paths.map((each) => `/api/shop${each}`),
    '/api/cart',
    '/api/nothing',
    '/api/%ZZ',
    '/health',
    sheet,
    drawings,
  ]) {
    const { headers } = await person.get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")]);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/unsafe|script-src|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.has('x-powered-by')).toBe(false);
    const forEver = path === sheet || path === drawings;
    expect([path, headers.get('cache-control')]).toEqual([
      path,
      forEver ? 'public, max-age=31536000, immutable' : 'no-store',
    ]);
  }
});

test('signing in leads to no other site', async () => {
  const email = `redirect-${process.pid}@example.com`;
  const password = 'correct horse battery';
  await visit(shop.url).send('POST', '/api/users', { email, name: 'R', password });
  for (const next of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/api/shop//evil.example',
    '/api/shop/..//evil',
    'javascript:alert(1)',
    '/api/shop\n//evil',
    ' /api/shop',
  ]) {
    const person = visit(shop.url);
    const form = (await person.get(`/api/shop/sign-in?next=${encodeURIComponent(next)}`)).text;
    expect([next, field(form, 'next')]).toEqual([next, '/api/shop']);
    const answer = await person.post('/api/shop/sign-in', {
      csrf: field(form, 'csrf'),
      next,
      email,
      password,
    });
    expect([next, answer.status, answer.headers.get('location')]).toEqual([next, 303, '/api/shop']);
  }
}, 60_000);

test('what is too large is refused, and the shop goes on', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const form = await person.post('/api/shop/cart', {
    csrf: person.csrf,
    product: '1',
    quantity: 'x'.repeat(20_000),
  });
  expect(form.status).toBe(413);
  expect(form.text).toContain('larger than 16 KiB');
  const json = await person.send('POST', '/api/users', {
    email: 'a@example.com',
    name: 'x'.repeat(3_000_000),
    password: 'x',
  });
  expect(json.status).toBe(413);
  const [task = ''] = await shop.taskUrls();
  const headers = await visit(task).request('/api/products', { headers: { 'x-large': 'x'.repeat(20_000) } });
  expect(headers.status).toBe(431);
  const long = await visit(task).get(`/api/products/${'9'.repeat(300)}`);
  expect([400, 404, 414]).toContain(long.status);
  const lying = await new Promise<number>((resolve, reject) => {
    const outgoing = rawRequest(`${task}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked', 'content-length': '5' },
    });
    outgoing.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
    outgoing.end('{"email":"a@example.com"}');
  });
  expect(lying).toBe(400);
  expect((await person.get('/api/cart')).json).toEqual({ items: [], total: 0 });
});
