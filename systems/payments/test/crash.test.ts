import { setTimeout as sleep } from 'node:timers/promises';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkLocal } from '../check/src/check-local.ts';
import { ask, finalOrder, orderOf, send, setEnvironment } from './client.ts';

// A machine that is busy with other work may be ten times slower.
vi.setConfig({ testTimeout: 60_000 });
const system = copySystem('payments');
const accepted: string[] = [];
let engine: DrivenEngine;
let url: string;

beforeAll(async () => {
  // Shorter calls make shorter leases: what a dead task has left is taken up after three seconds.
  setEnvironment(system.directory, 'order', { CALL_TIMEOUT_MS: '1500' });
  setEnvironment(system.directory, 'payment', { PROVIDER_TIMEOUT_MS: '1000' });
  engine = await startEngineCli(system.directory, ['--no-watch']);
  url = engine.url;
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

/** SIGKILL to every task of a service. */
async function killAll(service: string): Promise<void> {
  const { tasks } = await engine.snapshot();
  const running = tasks.filter((task) => task.service === service && task.state === 'RUNNING');
  expect(running.length).toBeGreaterThan(0);
  await Promise.all(running.map(({ id }) => engine.chaos({ action: 'kill-task', task: id })));
}

async function accept(paymentMethod: string): Promise<string> {
  const { status, json } = await send(`${url}/order/orders`, orderOf(paymentMethod));
  expect(status).toBe(202);
  accepted.push(json.id);
  return json.id;
}

async function outcomesOf(id: string): Promise<readonly string[]> {
  const { json } = await ask(`${url}/order/orders/${id}/history`);
  return json.events.map(({ to }: { readonly to: string }) => to);
}

const completed = ['accepted', 'charged', 'completed'];

test('every task of order dies while the payment is under way: others take the order to its end', async () => {
  // The provider lets us wait the first time that it is asked.
  const id = await accept('card_timeout');
  await killAll('order');
  expect(await finalOrder(url, id)).toMatchObject({ state: 'completed' });
  expect(await outcomesOf(id)).toEqual(completed);
});

test('every task of payment dies after the provider has charged and before it has answered: charged once', async () => {
  const id = await accept('card_late');
  // The provider has charged when it is on its record, and answers a second after that.
  for (;;) {
    const { status } = await ask(`${url}/payment/charges/${id}`);
    if (status === 200) break;
    await sleep(20);
  }
  await sleep(200);
  await killAll('payment');
  expect(await finalOrder(url, id)).toMatchObject({ state: 'completed' });
  expect(await outcomesOf(id)).toEqual(completed);
});

test('every task of notification dies with an order on its way: told of once', async () => {
  const [id] = await Promise.all([accept('card_ok'), killAll('notification')]);
  expect(await finalOrder(url, id)).toMatchObject({ state: 'completed' });
});

test('the tables die, and the buckets: no order is lost', async () => {
  const ids = await Promise.all([accept('card_ok'), accept('card_ok'), accept('card_declined')]);
  for (const database of ['order-book', 'payment-files']) {
    await engine.chaos({ action: 'stop-database', database });
    await engine.chaos({ action: 'start-database', database });
  }
  for (const id of ids) await finalOrder(url, id);
});

// Last, for it stops the engine.
test('afterwards the stores alone show every promise kept', async () => {
  await engine.stop();
  const { counts, violations } = await checkLocal(system.directory, 'dev', accepted);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ orders: 6, completed: 5, rejected: 1, charged: 5, notifications: 6 });
}, 60_000);
