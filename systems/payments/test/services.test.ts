import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLocal } from '../check/src/check-local.ts';
import { ask, finalOrder, lamp, newKey, orderOf, send } from './client.ts';

const system = copySystem('payments');
let engine: DrivenEngine;
let payment: string;
let notification: string;
let orders: string;

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--no-watch']);
  const { tasks } = await engine.snapshot();
  // A task's own port, as another service reaches it: past the load balancer.
  const addressOf = (service: string): string => {
    const task = tasks.find((one) => one.service === service && one.state === 'RUNNING');
    return `http://${task?.host}:${task?.port}`;
  };
  payment = `${addressOf('payment')}/payment`;
  notification = `${addressOf('notification')}/notification`;
  orders = `${engine.url}/order/orders`;
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

describe('payment', () => {
  const chargeOf = (order: string, paymentMethod = 'card_ok', amount = 500) => ({
    order,
    amount,
    currency: 'EUR',
    paymentMethod,
  });

  test('charges an order once, whatever keys it is asked under and however often at a time', async () => {
    const order = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(`${payment}/charges`, chargeOf(order))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ json }) => json.reference)).size).toBe(1);
  });

  test('refuses another amount for an order that has a charge', async () => {
    const order = randomUUID();
    await send(`${payment}/charges`, chargeOf(order));
    const { status, json } = await send(`${payment}/charges`, chargeOf(order, 'card_ok', 501));
    expect({ status, type: json.type }).toEqual({ status: 409, type: '/payment/problems/already-exists' });
    expect((await ask(`${payment}/charges/${order}`)).json.amount).toBe(500);
  });

  test('refuses a key that was used for another order', async () => {
    const key = newKey();
    await send(`${payment}/charges`, chargeOf(randomUUID()), key);
    const other = randomUUID();
    expect((await send(`${payment}/charges`, chargeOf(other), key)).status).toBe(422);
    expect((await ask(`${payment}/charges/${other}`)).status).toBe(404);
  });

  test('a charge that is called off before it arrives is never made', async () => {
    const order = randomUUID();
    const off = await send(`${payment}/cancellations`, chargeOf(order));
    expect(off.json.state).toBe('void');
    expect((await send(`${payment}/charges`, chargeOf(order))).json.state).toBe('void');
  });

  test('a charge that was made cannot be called off', async () => {
    const order = randomUUID();
    await send(`${payment}/charges`, chargeOf(order));
    expect((await send(`${payment}/cancellations`, chargeOf(order))).json.state).toBe('charged');
  });

  test('charging and calling off at the same time has one outcome', async () => {
    for (let round = 0; round < 10; round += 1) {
      const order = randomUUID();
      const answers = await Promise.all([
        send(`${payment}/charges`, chargeOf(order)),
        send(`${payment}/cancellations`, chargeOf(order)),
      ]);
      const { json } = await ask(`${payment}/charges/${order}`);
      expect(answers.map((answer) => answer.json.state)).toEqual([json.state, json.state]);
    }
  });

  test('a provider that gives no answer leaves the charge pending, and 202 says to ask again', async () => {
    const order = randomUUID();
    const key = newKey();
    const first = await send(`${payment}/charges`, chargeOf(order, 'card_timeout'), key);
    expect({ status: first.status, state: first.json.state }).toEqual({ status: 202, state: 'pending' });
    const second = await send(`${payment}/charges`, chargeOf(order, 'card_timeout'), key);
    expect({ status: second.status, state: second.json.state }).toEqual({ status: 200, state: 'charged' });
  });
});

describe('notification', () => {
  const about = (order: string, name = 'Ada') => ({
    order,
    kind: 'receipt',
    customer: { name, email: 'ada@example.org' },
    items: [lamp],
    currency: 'EUR',
    total: 3998,
    acceptedAt: '2026-11-21T05:43:23.732Z',
    reference: 'ref-1',
    reason: null,
  });

  test('tells of an order once, however often it is asked at a time', async () => {
    const order = randomUUID();
    const key = newKey();
    const all = Array.from({ length: 10 }, () => send(`${notification}/notifications`, about(order), key));
    for (const { status, json } of await Promise.all(all))
      expect({ status, state: json.state }).toEqual({ status: 200, state: 'sent' });
  });

  test('refuses other content under the same key, and a second notification of an order', async () => {
    const order = randomUUID();
    const key = newKey();
    await send(`${notification}/notifications`, about(order), key);
    expect((await send(`${notification}/notifications`, about(order, 'Eve'), key)).status).toBe(422);
    expect((await send(`${notification}/notifications`, about(order, 'Eve'))).status).toBe(409);
    expect((await ask(`${notification}/documents/${order}`)).text).toContain('Ada');
  });
});

describe('bad input is refused with a problem document, and changes nothing', () => {
  const item = (change: object) => orderOf('card_ok', { items: [{ ...lamp, ...change }] });
  const customer = (change: object) =>
    orderOf('card_ok', { customer: { name: 'Ada', email: 'ada@example.org', ...change } });
  const bad: readonly (readonly [string, unknown, string])[] = [
    ['broken JSON', '{"customer":', ''],
    ['no body', '', ''],
    ['a list', [], ''],
    ['null', 'null', ''],
    ['text in another encoding', '"\\ud800"', ''],
    ['no customer', { ...orderOf('card_ok'), customer: undefined }, ''],
    ['a customer of another type', orderOf('card_ok', { customer: 'Ada' }), '/customer'],
    ['an empty name', customer({ name: '' }), '/customer/name'],
    ['a blank name', customer({ name: '   ' }), '/customer/name'],
    ['a name with a line break', customer({ name: 'Ada\nBcc: eve@example.org' }), '/customer/name'],
    ['a name with NUL', customer({ name: 'Ada\0' }), '/customer/name'],
    ['a name with half a surrogate pair', customer({ name: 'Ada \ud83d' }), '/customer/name'],
    ['a name that is too long', customer({ name: 'x'.repeat(201) }), '/customer/name'],
    ['two addresses', customer({ email: 'a@example.org,b@example.org' }), '/customer/email'],
    [
      'an address with a line break',
      customer({ email: 'a@example.org\r\nBcc: b@example.org' }),
      '/customer/email',
    ],
    ['no address', customer({ email: 'ada' }), '/customer/email'],
    ['no items', orderOf('card_ok', { items: [] }), '/items'],
    ['too many items', orderOf('card_ok', { items: Array(101).fill(lamp) }), '/items'],
    ['a negative quantity', item({ quantity: -1 }), '/items/0/quantity'],
    ['no quantity', item({ quantity: 0 }), '/items/0/quantity'],
    ['a huge quantity', item({ quantity: 1e15 }), '/items/0/quantity'],
    ['half a quantity', item({ quantity: 0.5 }), '/items/0/quantity'],
    ['a quantity as text', item({ quantity: '2' }), '/items/0/quantity'],
    ['a negative price', item({ unitPrice: -1999 }), '/items/0/unitPrice'],
    ['a huge price', item({ unitPrice: 1e300 }), '/items/0/unitPrice'],
    ['a price with a fraction', item({ unitPrice: 19.99 }), '/items/0/unitPrice'],
    ['an SKU that tries to get out', item({ sku: '../../etc/passwd' }), '/items/0/sku'],
    ['a total that is too large', item({ quantity: 10_000, unitPrice: 1_000_000_000 }), '/items'],
    ['nothing to pay', item({ unitPrice: 0 }), '/items'],
    ['a currency that is none', orderOf('card_ok', { currency: 'euro' }), '/currency'],
    ['a payment method with quotes', orderOf("card' OR 1=1"), '/paymentMethod'],
    [
      'a payment method that is no text',
      orderOf('card_ok', { paymentMethod: { $ne: null } }),
      '/paymentMethod',
    ],
    ['a field that nobody knows', orderOf('card_ok', { total: 1 }), '/total'],
    ['a price set by the client', item({ total: 1 }), '/items/0/total'],
    ['a prototype', '{"__proto__":{"state":"completed"}}', ''],
  ];

  test.each(bad)('%s', async (_what, body, pointer) => {
    const { status, headers, json } = await send(orders, body as object);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json).toMatchObject({
      type: '/order/problems/invalid-request',
      status: 400,
      instance: '/order/orders',
    });
    expect(json.detail).not.toBe('');
    expect(json.errors?.[0]?.pointer ?? '').toBe(pointer);
  });

  test.each([undefined, 'short', 'with space in it', 'x'.repeat(129)])(
    'the idempotency key %s',
    async (key) => {
      const { status, json } = await ask(orders, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify(orderOf('card_ok')),
      });
      expect({ status, type: json.type }).toEqual({
        status: 400,
        type: '/order/problems/idempotency-key-missing',
      });
    },
  );

  test('another type of content', async () => {
    const { status } = await ask(orders, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', 'idempotency-key': newKey() },
      body: '<order/>',
    });
    expect(status).toBe(415);
  });

  test('a body that is too large', async () => {
    const { status, json } = await send(orders, { ...orderOf('card_ok'), note: 'x'.repeat(100_000) });
    expect({ status, type: json.type }).toEqual({ status: 413, type: '/order/problems/body-too-large' });
  });

  test('bytes that are no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"customer":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(await rawPost(orders, body)).toBe(400);
  });

  test.each(['x', '..%2f..%2f', '%00', "' OR 1=1 --", randomUUID().toUpperCase()])(
    'the id %s',
    async (id) => {
      const { status } = await ask(`${orders}/${encodeURIComponent(id)}`);
      expect(status).toBe(400);
    },
  );

  test('an order that does not exist', async () => {
    const { status, json } = await ask(`${orders}/${randomUUID()}/history`);
    expect({ status, type: json.type }).toEqual({ status: 404, type: '/order/problems/not-found' });
  });

  test('what looks like an attack but is text is kept as it is', async () => {
    const name = `Robert'); DROP TABLE orders;-- <script>alert(1)</script> \${7*7} مرحبا 👩‍👩‍👧`;
    const { status, json } = await send(orders, customer({ name }));
    expect(status).toBe(202);
    expect((await finalOrder(engine.url, json.id)).customer.name).toBe(name);
    expect((await ask(`${engine.url}/notification/documents/${json.id}`)).text).toContain(name);
  });
});

describe('the description of the API', () => {
  test.each(['order', 'payment', 'notification'])(
    '%s: is valid OpenAPI, and names every refusal',
    async (service) => {
      const { status, json } = await ask(`${engine.url}/${service}/openapi.json`);
      expect(status).toBe(200);
      const { valid, errors } = await new Validator().validate(structuredClone(json));
      expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
      for (const [path, item] of Object.entries<
        Record<string, { responses: Record<string, { content: object }> }>
      >(json.paths)) {
        for (const [code, { content }] of Object.entries(item['post']?.responses ?? {})) {
          if (Number(code) >= 400)
            expect(content, `${path} ${code}`).toHaveProperty(['application/problem+json']);
        }
      }
    },
  );

  test('the types of problems can be looked up', async () => {
    const { json } = await ask(`${engine.url}/order/problems/idempotency-key-reused`);
    expect(json).toMatchObject({ status: 422 });
    expect((await ask(`${engine.url}/order/problems/constructor`)).status).toBe(404);
  });
});

// Last, for it stops the engine.
test('of all that was refused nothing is in the stores, and of all that was repeated one', async () => {
  await engine.stop();
  const contents = await readLocal(system.directory, 'dev');
  const mails = contents.documents
    .filter((key) => key.startsWith('sandbox-mail/'))
    .map((key) => key.slice(13, 49));
  expect(mails).toHaveLength(new Set(mails).size);
  const charges = contents.provider.map(({ order }) => order);
  expect(charges).toHaveLength(new Set(charges).size);
  const kept = contents.orders.filter(({ sk }) => sk === 'ORDER');
  expect(kept.map(({ state }) => state)).toEqual(['completed']);
  expect(contents.orders.filter(({ sk }) => sk === 'KEY')).toHaveLength(1);
}, 60_000);

/** Sends bytes as they are; the status of the answer. */
function rawPost(url: string, body: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() };
    request(url, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(body);
  });
}
