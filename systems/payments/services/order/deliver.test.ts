import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallFailed } from '../common/call.ts';
import { deliverTo } from './deliver.ts';
import type { Order } from './order.ts';

/** What the other service was sent, and what it answers. */
const seen: { path?: string | undefined; key?: string | string[] | undefined; body?: unknown } = {};
let answer: { status: number; body: string } | 'hang' = 'hang';
const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += String(part);
  Object.assign(seen, { path: request.url, key: request.headers['idempotency-key'], body: JSON.parse(text) });
  if (answer !== 'hang') response.writeHead(answer.status).end(answer.body);
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // It listens on a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answer = 'hang';
});

const order: Order = {
  id: '0b7e4f0c-9e0b-4f4e-8a57-2f4b3d1c6a90',
  state: 'accepted',
  version: 1,
  customer: { name: 'Ada', email: 'ada@example.org' },
  items: [{ sku: 'lamp', name: 'Lamp', quantity: 1, unitPrice: 500 }],
  currency: 'EUR',
  paymentMethod: 'card_ok',
  total: 500,
  acceptedAt: '2026-11-21T05:43:23.732Z',
  updatedAt: '2026-11-21T05:43:23.732Z',
  giveUpAt: '2026-11-21T05:45:23.732Z',
  reference: null,
  reason: null,
};

const deliver = (step: 'charge' | 'cancel-charge' | 'notify', of: Order = order) =>
  deliverTo(url, url, 200)(of, step);
const say = (status: number, body: unknown): void => {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

describe('a charge', () => {
  test('is asked for under the key of its order, with what the order says', async () => {
    say(200, { state: 'charged', reference: 'ref-1' });
    expect(await deliver('charge')).toEqual({ outcome: 'charged', reference: 'ref-1' });
    expect(seen).toEqual({
      path: '/payment/charges',
      key: `charge-${order.id}`,
      body: { order: order.id, amount: 500, currency: 'EUR', paymentMethod: 'card_ok' },
    });
  });

  test('that is declined has the reason', async () => {
    say(200, { state: 'declined', reason: 'No money.' });
    expect(await deliver('charge')).toEqual({ outcome: 'declined', reason: 'No money.' });
  });

  test('that was called off meanwhile is given up', async () => {
    say(200, { state: 'void' });
    expect(await deliver('charge')).toMatchObject({ outcome: 'gave-up' });
    expect(await deliver('cancel-charge')).toMatchObject({ outcome: 'voided' });
  });

  test('that cannot be called off any more is charged', async () => {
    say(200, { state: 'charged', reference: 'ref-1' });
    expect(await deliver('cancel-charge')).toEqual({ outcome: 'charged', reference: 'ref-1' });
    expect(seen).toMatchObject({ path: '/payment/cancellations', key: `cancel-${order.id}` });
  });

  test('what the provider says stays one line of bearable length on the receipt', async () => {
    say(200, { state: 'declined', reason: `No\r\nTotal paid: EUR 0.00\u2028\u202e ${'x'.repeat(1000)}` });
    const { reason } = await deliver('charge');
    expect(reason).toMatch(/^No Total paid: EUR 0.00 {1,2}x+$/);
    expect(reason).toHaveLength(300);
  });
});

describe('without a last word it is to be tried again', () => {
  test.each([
    ['a payment that is pending', 202, { state: 'pending' }],
    ['an error of the service', 500, { state: 'charged' }],
    ['an error of the proxy', 503, 'no healthy upstream'],
    ['a refusal', 409, { type: '/payment/problems/already-exists' }],
    ['a success with a state that is none', 200, { state: 'done' }],
    ['a success without JSON', 200, '<html>'],
    ['a success with nothing in it', 200, 'null'],
  ])('%s', async (_what, status, body) => {
    say(status, body);
    await expect(deliver('charge')).rejects.toBeInstanceOf(CallFailed);
  });

  test('no answer in time', async () => {
    await expect(deliver('charge')).rejects.toBeInstanceOf(CallFailed);
  });

  test('nobody there', async () => {
    await expect(deliverTo('http://127.0.0.1:9', url, 200)(order, 'charge')).rejects.toBeInstanceOf(
      CallFailed,
    );
  });

  test('a notification that is not sent yet', async () => {
    say(200, { state: 'sending' });
    await expect(deliver('notify', { ...order, state: 'charged' })).rejects.toBeInstanceOf(CallFailed);
  });
});

test.each([
  ['charged', 'receipt'],
  ['declined', 'refusal'],
  ['voided', 'cancellation'],
] as const)('the customer of an order that is %s gets a %s', async (state, kind) => {
  say(200, { state: 'sent' });
  expect(await deliver('notify', { ...order, state })).toEqual({ outcome: 'notified' });
  expect(seen).toMatchObject({ key: `notify-${order.id}`, body: { kind, total: 500 } });
});
