import { expect, test } from 'vitest';
import { newToken } from '../service/src/sessions/tokens.ts';
import { visit } from './client.ts';
import { runSystem, storesReadable } from './running-system.ts';

const shop = runSystem();

test('forms without, or with a foreign or an outlived CSRF token change nothing', async () => {
  const [person, other] = [visit(shop.url), visit(shop.url)];
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
  const stranger = await visit(shop.url).post('/api/shop/sign-in', {
    csrf: old,
    email: 'a@example.com',
    password: 'x',
  });
  expect(stranger.status).toBe(403);
});

test('a page of another site can do nothing, even with the right token', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const strangers: readonly Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of strangers) {
    const answer = await person.send('PUT', '/api/cart/items/1', { quantity: 1 }, headers);
    expect([answer.status, answer.json?.['type']]).toEqual([403, '/api/problems#csrf']);
  }
  expect((await person.send('PUT', '/api/cart/items/1', { quantity: 1 }, { origin: shop.url })).status).toBe(
    200,
  );
});

test('the cookie is HttpOnly and SameSite=Lax; behind TLS also Secure and bound to the host', async () => {
  const person = visit(shop.url);
  const plain = (await person.signUp()).headers.getSetCookie()[0];
  expect(plain).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=86400$/);
  const [task = ''] = await shop.taskUrls();
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
  const person = visit(shop.url);
  await person.signUp();
  const stolen = `session=${person.cookies.get('session')}`;
  const ask = async () =>
    Promise.all(
      (await shop.taskUrls()).map(
        async (url) => (await fetch(`${url}/api/orders`, { headers: { cookie: stolen } })).status,
      ),
    );
  expect(await ask()).toEqual([200, 200]);
  expect((await person.send('DELETE', '/api/session', '{}')).status).toBe(204);
  expect(await ask()).toEqual([401, 401]);
  const replayed = await visit(shop.url).request('/api/cart/items/1', {
    method: 'PUT',
    headers: { cookie: stolen, 'x-csrf-token': person.csrf, 'content-type': 'application/json' },
    body: '{"quantity":1}',
  });
  expect(replayed.status).toBe(401);
});

test.skipIf(!storesReadable)(
  'an expired session is refused while its item is still in the table',
  async () => {
    const [buyer] = await shop.stores.createBuyers(1);
    const [expired, live] = [newToken(), newToken()];
    const now = Math.floor(Date.now() / 1000);
    await shop.stores.plantSession(buyer?.user ?? '', expired, now - 1);
    await shop.stores.plantSession(buyer?.user ?? '', live, now + 60);
    const status = async (token: string) =>
      (await fetch(`${shop.url}/api/session`, { headers: { cookie: `session=${token}` } })).status;
    expect(await status(live)).toBe(200);
    expect(await status(expired)).toBe(401);
    expect(await shop.stores.hasSession(expired)).toBe(true);
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
    const answer = await fetch(`${shop.url}/api/orders`, { headers: { cookie } });
    expect([cookie, answer.status]).toEqual([cookie, 401]);
  }
});

test('signing in: the right password only, and not for ever', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const first = person.cookies.get('session');
  const email = `person-guess-${process.pid}@example.com`;
  const password = 'correct horse battery';
  await visit(shop.url).send('POST', '/api/users', { email, name: 'G', password });
  const signIn = (given: string) =>
    person.send('POST', '/api/session', { email: email.toUpperCase(), password: given });
  expect((await signIn('wrong')).status).toBe(401);
  expect((await signIn(password)).status).toBe(201);
  expect(person.cookies.get('session')).not.toBe(first);
  // Ten in a window of five minutes; a window may end meanwhile, two may not.
  const statuses: number[] = [];
  while (statuses.length < 22 && statuses.at(-1) !== 429) statuses.push((await signIn('wrong')).status);
  expect(statuses.at(-1)).toBe(429);
  const limited = await signIn(password);
  expect(limited.status).toBe(429);
  const wait = Number(limited.headers.get('retry-after'));
  expect(wait).toBeGreaterThanOrEqual(1);
  expect(wait).toBeLessThanOrEqual(300);
  expect(limited.json?.['detail']).toBe(`Too many attempts to sign in: wait ${wait} s.`);
}, 60_000);

test('an address that tries account after account is told to wait; another address is not', async () => {
  const [task = ''] = await shop.taskUrls();
  const email = `taken-${process.pid}@example.com`;
  const signUp = (from: string) =>
    visit(task).send(
      'POST',
      '/api/users',
      { email, name: 'T', password: 'correct horse battery' },
      { 'x-forwarded-for': `203.0.113.9, ${from}` },
    );
  expect((await signUp('192.0.2.1')).status).toBe(201);
  // Sixty in a window of a minute; of two windows one at least is full.
  const statuses: number[] = [];
  while (statuses.length < 122 && statuses.at(-1) !== 429) statuses.push((await signUp('192.0.2.1')).status);
  expect(new Set(statuses)).toEqual(new Set([409, 429]));
  expect(statuses.length).toBeGreaterThanOrEqual(60);
  // What the client wrote itself further left in the header makes no difference.
  expect((await signUp('192.0.2.2')).status).toBe(409);
}, 60_000);

test('signing in takes up no session that the browser brought: it begins one and ends the other', async () => {
  const attacker = visit(shop.url);
  await attacker.signUp();
  const planted = attacker.cookies.get('session') ?? '';
  const email = `victim-${process.pid}@example.com`;
  const password = 'correct horse battery';
  await visit(shop.url).send('POST', '/api/users', { email, name: 'V', password });

  const victim = visit(shop.url);
  for (const cookie of [planted, newToken()]) {
    victim.cookies.set('session', cookie);
    expect((await victim.send('POST', '/api/session', { email, password })).status).toBe(201);
    expect(victim.cookies.get('session')).not.toBe(cookie);
    const status = await fetch(`${shop.url}/api/session`, { headers: { cookie: `session=${cookie}` } });
    expect(status.status).toBe(401);
    expect((await victim.get('/api/session')).json?.['user']).toMatchObject({ name: 'V' });
  }
});

test('signing out on a page ends the session and takes the cookie away', async () => {
  const person = visit(shop.url);
  await person.signUp();
  const cookie = `session=${person.cookies.get('session')}`;
  const out = await person.post('/api/shop/sign-out', { csrf: person.csrf });
  expect([out.status, out.headers.get('location')]).toEqual([303, '/api/shop']);
  expect(out.headers.getSetCookie()[0]).toMatch(/^session=; .*Max-Age=0$/);
  expect((await fetch(`${shop.url}/api/session`, { headers: { cookie } })).status).toBe(401);
});
