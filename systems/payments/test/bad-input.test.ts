import { randomUUID } from 'node:crypto';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readLocal } from '../check/src/check-local.ts';
import { ask, finalOrder, lamp, newKey, orderOf, rawPost, send, taskUrl } from './client.ts';
import { contractProblems } from './contract.ts';

// A machine that is busy with other work may be ten times slower.
vi.setConfig({ testTimeout: 60_000 });
const system = copySystem('payments');
let engine: DrivenEngine;

/** Each write that there is: where, and a body that would be taken. */
const writes = {
  order: { path: '/order/orders', body: () => orderOf('card_ok') },
  charge: {
    path: '/payment/charges',
    body: () => ({ order: randomUUID(), amount: 500, currency: 'EUR', paymentMethod: 'card_ok' }),
  },
  cancellation: {
    path: '/payment/cancellations',
    body: () => ({ order: randomUUID(), amount: 500, currency: 'EUR', paymentMethod: 'card_ok' }),
  },
  notification: {
    path: '/notification/notifications',
    body: () => ({
      order: randomUUID(),
      kind: 'receipt',
      customer: { name: 'Ada', email: 'ada@example.org' },
      items: [lamp],
      currency: 'EUR',
      total: 3998,
      acceptedAt: '2026-11-21T05:43:23.732Z',
      reference: 'ref-1',
      reason: null,
    }),
  },
} as const;
type Write = keyof typeof writes;
const all = Object.keys(writes) as readonly Write[]; // The object has exactly these keys.
/** Where each is reached: payment and notification at a task's own port, as by another service. */
const urls: Partial<Record<Write, string>> = {};
const urlOf = (write: Write): string => urls[write] ?? '';

/** What was taken, on purpose. */
const taken = { orders: [] as string[], charges: [] as string[], notifications: [] as string[] };

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--no-watch']);
  for (const write of all) {
    const { path } = writes[write];
    const service = path.split('/')[1] ?? '';
    urls[write] = `${service === 'order' ? engine.url : await taskUrl(engine, service)}${path}`;
  }
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

/** A body that would be taken, but for one change. The path is a JSON Pointer; `undefined` takes the field away. */
function changed(write: Write, pointer: string, value: unknown): object {
  const body = structuredClone(writes[write].body()) as Record<string, unknown>;
  const names = pointer.slice(1).split('/');
  const last = names.pop() ?? '';
  let at = body;
  // Every step on the way is an object or a list in the bodies above.
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return body;
}

const problemType = 'application/problem+json; charset=utf-8';

async function expectRefused(write: Write, body: unknown, pointer: string): Promise<void> {
  const { status, headers, json } = await send(urlOf(write), body);
  const { path } = writes[write];
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 400, type: problemType });
  expect(json).toMatchObject({
    type: `/${path.split('/')[1]}/problems/invalid-request`,
    title: expect.any(String),
    status: 400,
    detail: expect.stringMatching(/./),
    instance: path,
  });
  expect(json.errors?.[0]?.pointer ?? '').toBe(pointer);
}

describe.each(all)('%s', (write) => {
  test.each([
    ['broken JSON', '{"customer":'],
    ['no body', ''],
    ['a list', []],
    ['null', 'null'],
    ['a text', '"{}"'],
    ['a number', '1'],
    ['half a surrogate pair', '"\\ud800"'],
    ['lists without end', '['.repeat(30_000)],
    ['a prototype', '{"__proto__":{"state":"completed"}}'],
    ['a constructor', '{"constructor":{"prototype":{"state":"completed"}}}'],
  ])('%s', async (_what, body) => expectRefused(write, body, ''));

  test('a field that nobody knows', () =>
    expectRefused(write, changed(write, '/state', 'completed'), '/state'));

  test('each field missing, or of another type', async () => {
    const fields = Object.keys(writes[write].body());
    expect(fields.length).toBeGreaterThan(3);
    for (const name of fields) {
      await expectRefused(write, changed(write, `/${name}`, undefined), '');
      for (const value of [true, [], {}, [{}], '', '\0', 1e300])
        await expectRefused(write, changed(write, `/${name}`, value), at(name, value));
    }
  });

  test('bytes that are no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"customer":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(await rawPost(urlOf(write), body)).toBe(400);
  });

  test.each(['text/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'content as %s',
    async (type) => {
      const headers = { 'content-type': type, 'idempotency-key': newKey() };
      const { status, json } = await ask(urlOf(write), { method: 'POST', headers, body: '<order/>' });
      expect({ status, type: json.type }).toMatchObject({
        status: 415,
        type: expect.stringMatching(/media-type$/),
      });
    },
  );

  test('a body that is too large', async () => {
    const { status, headers, json } = await send(urlOf(write), changed(write, '/note', 'x'.repeat(100_000)));
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 413, type: problemType });
    expect(json.detail).toContain('64 KiB');
  });

  test.each([undefined, 'short', 'with space in it', "key' OR 1=1", 'x'.repeat(129)])(
    'the idempotency key %s',
    async (key) => {
      const { status, json } = await ask(urlOf(write), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify(writes[write].body()),
      });
      expect({ status, type: json.type }).toMatchObject({
        status: 400,
        type: expect.stringMatching(/idempotency-key-missing$/),
      });
      expect(json.errors[0].header).toBe('Idempotency-Key');
    },
  );

  test('an idempotency key that came before with other content', async () => {
    const key = newKey();
    const first = writes[write].body();
    const { status, json } = await send(urlOf(write), first, key);
    expect(status).toBeLessThan(300);
    taken[write === 'order' ? 'orders' : write === 'notification' ? 'notifications' : 'charges'].push(
      write === 'order' ? json.id : json.order,
    );
    const other =
      write === 'order' ? orderOf('card_ok', { currency: 'USD' }) : { ...first, order: randomUUID() };
    const again = await send(urlOf(write), other, key);
    expect(again.status).toBe(422);
    expect(again.json.type).toMatch(/idempotency-key-reused$/);
    expect(again.json.detail).toContain('was used before with other content. Nothing was changed.');
  });
});

/** The pointer of what is wrong first when the field has this value. */
function at(name: string, value: unknown): string {
  const isEmptyObject = typeof value === 'object' && !Array.isArray(value) && value !== null;
  // An object without its fields and a line without its own are found in the object.
  if (name === 'customer' && isEmptyObject) return '/customer';
  if (name === 'items' && Array.isArray(value) && value.length > 0) return '/items/0';
  return `/${name}`;
}

const text = (name: string): readonly (readonly [string, unknown])[] => [
  [name, ''],
  [name, '   '],
  [name, 'Ada\nBcc: eve@example.org'],
  [name, 'Ada\u2028Total paid: 0'],
  [name, 'Ada \u202e00.93 RUE'],
  [name, 'Ada\0'],
  [name, 'Ada \ud83d'],
  [name, 'x'.repeat(201)],
];
const addresses = [
  'ada',
  'a@example.org,b@example.org',
  'a@example.org\r\nBcc: b@example.org',
  'Ada <a@example.org>',
  `${'x'.repeat(250)}@example.org`,
].map((value) => ['/customer/email', value] as const);
const numbers = (name: string): readonly (readonly [string, unknown])[] =>
  [-1, 1e15, 1e300, 0.5, '2', null, [1]].map((value) => [name, value] as const);
const currencies = ['euro', 'eur', 'XXX', 'EU', "E'--", '€'].map((value) => ['/currency', value] as const);
const methods = ["card' OR 1=1", '../../x', '', 'x'.repeat(65), { $ne: null }, '<script>'].map(
  (value) => ['/paymentMethod', value] as const,
);
const ids = ['x', '../../etc/passwd', "' OR 1=1 --", randomUUID().toUpperCase(), `${randomUUID()}\n`].map(
  (value) => ['/order', value] as const,
);
const lines = [
  ...text('/customer/name'),
  ...text('/items/0/name'),
  ...addresses,
  ...numbers('/items/0/quantity'),
  ...numbers('/items/0/unitPrice'),
  ['/items/0/quantity', 0] as const,
  ['/items/0/sku', '../../etc/passwd'] as const,
  ['/items/0/sku', "x'; DROP TABLE orders"] as const,
  ['/items/0/total', 1] as const,
  ['/customer/id', 1] as const,
  ['/items', []] as const,
  ['/items', Array(101).fill(lamp)] as const,
  ...currencies,
];
const charge = [...ids, ...numbers('/amount'), ['/amount', 0] as const, ...currencies, ...methods];

const fields: Readonly<Record<Write, readonly (readonly [string, unknown])[]>> = {
  order: [...lines, ...methods],
  charge,
  cancellation: charge,
  notification: [
    ...ids,
    ...lines,
    ...numbers('/total'),
    ['/total', 0],
    ['/kind', 'bill'],
    ['/acceptedAt', 'yesterday'],
    ['/acceptedAt', '2026-11-21 05:43'],
    ['/reference', 'ref\nTotal paid: 0'],
    ['/reason', 'x'.repeat(301)],
    ['/reason', '\u202e'],
  ],
};

describe.each(all)('%s, field by field', (write) => {
  const cases = fields[write].map(
    ([pointer, value]) => [pointer, JSON.stringify(value).slice(0, 60), value] as const,
  );
  test.each(cases)('%s: %s', (pointer, _shown, value) =>
    expectRefused(write, changed(write, pointer, value), pointer),
  );
});

describe('an order', () => {
  test.each([
    ['more than can be paid', { quantity: 10_000, unitPrice: 1_000_000_000 }],
    ['nothing to pay', { unitPrice: 0 }],
  ])('%s', (_what, change) =>
    expectRefused('order', orderOf('card_ok', { items: [{ ...lamp, ...change }] }), '/items'),
  );

  test.each(['x', '..%2f..%2f', '%00', "' OR 1=1 --", randomUUID().toUpperCase()])(
    'the id %s',
    async (id) => {
      const { status } = await ask(`${urlOf('order')}/${encodeURIComponent(id)}`);
      expect(status).toBe(400);
    },
  );

  test('that does not exist', async () => {
    const { status, json } = await ask(`${urlOf('order')}/${randomUUID()}/history`);
    expect({ status, type: json.type }).toEqual({ status: 404, type: '/order/problems/not-found' });
  });

  test('what looks like an attack but is text is kept as it is, and told as it is', async () => {
    const name = `Robert'); DROP TABLE orders;-- <script>alert(1)</script> \${7*7} {{7*7}} مرحبا 👩‍👩‍👧`;
    const body = orderOf('card_ok', {
      customer: { name, email: "o'brien+tag@example.org" },
      items: [{ ...lamp, name }],
    });
    const { status, json } = await send(urlOf('order'), body);
    expect(status).toBe(202);
    taken.orders.push(json.id);
    const order = await finalOrder(engine.url, json.id);
    expect(order).toMatchObject({ customer: { name, email: "o'brien+tag@example.org" }, items: [{ name }] });
    const receipt = await ask(`${engine.url}/notification/documents/${json.id}`);
    expect(receipt.text.split(name)).toHaveLength(3);
    // Read as text by every browser.
    expect(receipt.headers.get('x-content-type-options')).toBe('nosniff');
    expect(receipt.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });
});

test('every refusal is as the description of the API says', async () => {
  expect(await contractProblems(engine.url)).toEqual([]);
});

// Last, for it stops the engine.
test('of all that was refused nothing is in the stores', async () => {
  for (const id of taken.orders) await finalOrder(engine.url, id);
  await engine.stop();
  const contents = await readLocal(system.directory, 'dev');
  const idsOf = (items: readonly Record<string, unknown>[], sk: string) =>
    items.filter((item) => item['sk'] === sk).map(({ pk }) => String(pk).replace('ORDER#', ''));
  const sorted = (...lists: readonly (readonly string[])[]) => lists.flat().sort();
  expect(sorted(idsOf(contents.orders, 'ORDER'))).toEqual(sorted(taken.orders));
  expect(sorted(idsOf(contents.ledger, 'CHARGE'))).toEqual(sorted(taken.orders, taken.charges));
  expect(sorted(idsOf(contents.notifications, 'NOTIFICATION'))).toEqual(
    sorted(taken.orders, taken.notifications),
  );
  const keys = (items: readonly Record<string, unknown>[]) => items.filter(({ sk }) => sk === 'KEY').length;
  expect([keys(contents.orders), keys(contents.ledger), keys(contents.notifications)]).toEqual([
    taken.orders.length,
    taken.orders.length + taken.charges.length,
    taken.orders.length + taken.notifications.length,
  ]);
  expect(contents.provider.map(({ order }) => String(order)).sort()).toEqual(
    sorted(taken.orders, taken.charges),
  );
}, 60_000);
