import { randomUUID } from 'node:crypto';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readLocal } from '../check/src/check-local.ts';
import { ask, exchanges, lamp, newKey, send, setEnvironment, taskUrl } from './client.ts';
import { contractProblems } from './contract.ts';

// A machine that is busy with other work may be ten times slower.
vi.setConfig({ testTimeout: 60_000 });
const system = copySystem('payments');
let engine: DrivenEngine;
let payment: string;
let notification: string;

beforeAll(async () => {
  setEnvironment(system.directory, 'payment', { PROVIDER_TIMEOUT_MS: '700' });
  engine = await startEngineCli(system.directory, ['--no-watch']);
  payment = `${await taskUrl(engine, 'payment')}/payment`;
  notification = `${await taskUrl(engine, 'notification')}/notification`;
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

  test('is what the services do: every answer so far is as it is described', async () => {
    expect(exchanges.length).toBeGreaterThan(50);
    expect(await contractProblems(engine.url)).toEqual([]);
  });

  test('the types of problems can be looked up', async () => {
    const { json } = await ask(`${engine.url}/order/problems/idempotency-key-reused`);
    expect(json).toMatchObject({ status: 422 });
    expect((await ask(`${engine.url}/order/problems/constructor`)).status).toBe(404);
  });
});

// Last, for it stops the engine.
test('of all that was repeated there is one in the stores', async () => {
  await engine.stop();
  const contents = await readLocal(system.directory, 'dev');
  const mails = contents.documents
    .filter((key) => key.startsWith('sandbox-mail/'))
    .map((key) => key.slice(13, 49));
  expect(mails).toHaveLength(new Set(mails).size);
  // What the provider has charged is what the ledger says, one by one.
  const charges = contents.provider.map(({ order, outcome }) => ({ order, reference: referenceOf(outcome) }));
  const ledger = contents.ledger
    .filter(({ sk }) => sk === 'CHARGE')
    .map(({ order, reference }) => ({ order, reference }));
  const byOrder = (list: readonly { readonly order?: unknown }[]) =>
    list.toSorted((a, b) => String(a.order).localeCompare(String(b.order)));
  expect(charges.length).toBeGreaterThan(10);
  expect(byOrder(charges)).toEqual(byOrder(ledger));
}, 60_000);

function referenceOf(outcome: unknown): unknown {
  return typeof outcome === 'object' && outcome !== null && 'reference' in outcome ? outcome.reference : null;
}
