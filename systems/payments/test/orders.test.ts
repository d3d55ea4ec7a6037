import { randomUUID } from 'node:crypto';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkLocal } from '../check/src/check-local.ts';
import { ask, finalOrder, lamp, newKey, orderOf, rawPost, send, setEnvironment } from './client.ts';
import { contractProblems } from './contract.ts';

// A machine that is busy with other work may be ten times slower.
vi.setConfig({ testTimeout: 60_000 });
const system = copySystem('payments');
const accepted: string[] = [];
let engine: DrivenEngine;
let url: string;

beforeAll(async () => {
  // A provider that never answers is given up soon.
  setEnvironment(system.directory, 'order', { GIVE_UP_SECONDS: '6', RETRY_MOST_MS: '1000' });
  setEnvironment(system.directory, 'payment', { PROVIDER_TIMEOUT_MS: '700' });
  engine = await startEngineCli(system.directory, ['--no-watch']);
  url = engine.url;
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

/** Orders, and waits until it is final. */
async function place(paymentMethod: string) {
  const { status, json } = await send(`${url}/order/orders`, orderOf(paymentMethod));
  expect(status).toBe(202);
  accepted.push(json.id);
  return finalOrder(url, json.id);
}

async function statesOf(id: string): Promise<readonly string[]> {
  const { json } = await ask(`${url}/order/orders/${id}/history`);
  return json.events.map(({ to }: { readonly to: string }) => to);
}

describe('an order comes to a final state', () => {
  test('paid: charged once, with a receipt', async () => {
    const order = await place('card_ok');
    expect(order).toMatchObject({ state: 'completed', total: 3998, currency: 'EUR', items: [lamp] });
    expect(await statesOf(order.id)).toEqual(['accepted', 'charged', 'completed']);
    const charge = await ask(`${url}/payment/charges/${order.id}`);
    expect(charge.json).toMatchObject({ state: 'charged', amount: 3998, reference: order.reference });
    const record = await ask(`${url}/notification/notifications/${order.id}`);
    expect(record.json).toMatchObject({ kind: 'receipt', state: 'sent' });
    const receipt = await ask(`${url}/notification/documents/${order.id}`);
    expect(receipt.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(receipt.text).toContain('Total paid: EUR 39.98');
  });

  test('declined: nothing is charged, and the customer is told why', async () => {
    const order = await place('card_declined');
    expect(order).toMatchObject({ state: 'rejected', reason: 'The card was declined.' });
    expect(await statesOf(order.id)).toEqual(['accepted', 'declined', 'rejected']);
    const { text } = await ask(`${url}/notification/documents/${order.id}`);
    expect(text).toContain('Nothing was charged. The card was declined.');
  });

  test('the provider times out: it is asked again, and charges once', async () => {
    const order = await place('card_timeout');
    expect(order.state).toBe('completed');
  });

  test('the provider charges and answers late: it is not charged again', async () => {
    const order = await place('card_late');
    expect(order.state).toBe('completed');
    // On a very slow machine it may be given up in between, and found to be charged after all.
    const states = (await statesOf(order.id)).filter((state) => state !== 'cancelling');
    expect(states).toEqual(['accepted', 'charged', 'completed']);
  });

  test('the provider answers twice: the second answer changes nothing', async () => {
    const order = await place('card_twice');
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { json } = await ask(`${url}/payment/charges/${order.id}`);
    expect(json).toMatchObject({ state: 'charged', reference: order.reference });
    expect(await statesOf(order.id)).toEqual(['accepted', 'charged', 'completed']);
  });

  test('the provider never answers: the charge is called off, and the order cancelled', async () => {
    const order = await place('card_dead');
    expect(order.state).toBe('cancelled');
    expect(await statesOf(order.id)).toEqual(['accepted', 'cancelling', 'voided', 'cancelled']);
    const { json } = await ask(`${url}/payment/charges/${order.id}`);
    expect(json.state).toBe('void');
  });
});

describe('an idempotency key', () => {
  test('makes one order of twenty requests at the same time', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(`${url}/order/orders`, orderOf('card_ok'), key)),
    );
    const ids = new Set(answers.map(({ json }) => json.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    const [id = ''] = ids;
    accepted.push(id);
    expect(await finalOrder(url, id)).toMatchObject({ state: 'completed' });
  });

  test('does not mind another order of the fields', async () => {
    const key = newKey();
    const { json: first } = await send(`${url}/order/orders`, orderOf('card_ok'), key);
    accepted.push(first.id);
    const turned = Object.fromEntries(Object.entries(orderOf('card_ok')).reverse());
    const { status, json } = await send(`${url}/order/orders`, turned, key);
    expect({ status, id: json.id }).toEqual({ status: 200, id: first.id });
  });

  test('with other content is refused, and says so', async () => {
    const key = newKey();
    const { json: first } = await send(`${url}/order/orders`, orderOf('card_ok'), key);
    accepted.push(first.id);
    const { status, headers, json } = await send(`${url}/order/orders`, orderOf('card_declined'), key);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json).toMatchObject({ type: '/order/problems/idempotency-key-reused', status: 422 });
    expect((await finalOrder(url, first.id)).paymentMethod).toBe('card_ok');
  });
});

describe('what does not come from inside', () => {
  test.each(['payment/charges', 'payment/cancellations', 'notification/notifications'])(
    'POST /%s through the load balancer is refused',
    async (path) => {
      const { status, json } = await send(`${url}/${path}`, {});
      expect(status).toBe(403);
      expect(json.type).toMatch(/internal-only$/);
    },
  );

  test.each<Readonly<Record<string, string>>>([
    { connection: 'x-forwarded-port, x-forwarded-for' },
    { 'x-forwarded-port': '' },
  ])('and cannot be made to look as if it did, by %o', async (headers) => {
    const charge = { order: randomUUID(), amount: 500, currency: 'EUR', paymentMethod: 'card_ok' };
    expect(await rawPost(`${url}/payment/charges`, charge, headers)).toBe(403);
    expect((await ask(`${url}/payment/charges/${charge.order}`)).status).toBe(404);
  });

  test('other paths are 404', async () => {
    expect((await ask(`${url}/`)).status).toBe(404);
    expect((await ask(`${url}/order/nothing`)).json).toMatchObject({ status: 404 });
  });
});

test('every answer so far is as the description of the API says', async () => {
  expect(await contractProblems(url)).toEqual([]);
});

// Last, for it stops the engine: everything that was asked for above is in the stores.
test('the checker finds every promise kept, from the stores alone', async () => {
  for (const id of accepted) await finalOrder(url, id);
  await engine.stop();
  const { counts, violations } = await checkLocal(system.directory, 'dev', accepted);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ orders: 9, completed: 7, rejected: 1, cancelled: 1, charged: 7 });
}, 60_000);
