import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { CallFailed } from '../common/call.ts';
import type { Deliver } from './deliver.ts';
import { createDriver } from './driver.ts';
import { isFinal, nextState, type OrderState } from './machine.ts';
import { type Order, shardOf } from './order.ts';
import type { Lease, OrderBook } from './order-book.ts';

/** A book in memory with the promises of the real one, for several drivers that share it. */
function sharedBook() {
  const orders = new Map<string, Order>();
  const outbox = new Map<string, { owner: string | null; until: number; due: number; attempts: number }>();
  const moves: string[] = [];
  const clock = { now: 0 };
  const leaseMs = 100;

  const bookOf = (owner: string): OrderBook => ({
    accept: () => Promise.reject(new Error('not used here')),
    history: () => Promise.resolve([]),
    pending: () => Promise.resolve(undefined),
    find: async (id) => orders.get(id),
    async due(shard, most) {
      const ids = [...outbox].filter(
        ([id, { due, until }]) => shardOf(id) === shard && due <= clock.now && until <= clock.now,
      );
      return ids.slice(0, most).map(([id]) => id);
    },
    async claim(orderId): Promise<Lease | undefined> {
      const entry = outbox.get(orderId);
      if (entry === undefined || entry.due > clock.now || entry.until > clock.now) return undefined;
      Object.assign(entry, { owner, until: clock.now + leaseMs });
      return { orderId, owner, attempts: entry.attempts };
    },
    async advance(order, lease, outcome, found) {
      const entry = outbox.get(order.id);
      if (entry?.owner !== lease.owner || orders.get(order.id)?.version !== order.version) return undefined;
      const next = { ...order, ...found, state: nextState(order.state, outcome), version: order.version + 1 };
      orders.set(order.id, next);
      moves.push(`${owner}: ${next.state}`);
      if (isFinal(next.state)) outbox.delete(order.id);
      else Object.assign(entry, { until: clock.now + leaseMs, attempts: 0 });
      return next;
    },
    async postpone({ orderId, attempts }, pauseMs, problem) {
      const entry = outbox.get(orderId);
      if (entry?.owner !== owner) return;
      const due = clock.now + pauseMs;
      Object.assign(entry, { owner: null, until: 0, due, attempts: attempts + (problem === null ? 0 : 1) });
    },
  });

  return {
    clock,
    leaseMs,
    moves,
    orders,
    outbox,
    bookOf,
    add(owner: string): { order: Order; lease: Lease } {
      const order: Order = {
        id: randomUUID(),
        state: 'accepted',
        version: 1,
        customer: { name: 'Ada', email: 'ada@example.org' },
        items: [],
        currency: 'EUR',
        paymentMethod: 'card_ok',
        total: 1,
        acceptedAt: new Date(0).toISOString(),
        updatedAt: new Date(0).toISOString(),
        giveUpAt: new Date(1000).toISOString(),
        reference: null,
        reason: null,
      };
      orders.set(order.id, order);
      outbox.set(order.id, { owner, until: clock.now + leaseMs, due: clock.now, attempts: 0 });
      return { order, lease: { orderId: order.id, owner, attempts: 0 } };
    },
    state: (id: string): OrderState | undefined => orders.get(id)?.state,
  };
}

type Shared = ReturnType<typeof sharedBook>;

const works: Deliver = async (_order, step) => ({ outcome: step === 'notify' ? 'notified' : 'charged' });

function driverOf(shared: Shared, owner: string, deliver: Deliver, problems: string[] = []) {
  return createDriver({
    book: shared.bookOf(owner),
    deliver,
    backoff: { firstMs: 50, mostMs: 50 },
    concurrency: 10,
    now: () => shared.clock.now,
    random: () => 0.99,
    onProblem: (_order, message) => problems.push(message),
  });
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

test('an order is driven to its final state without waiting for a look through the outbox', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('a');
  driverOf(shared, 'a', works).take(order, lease);
  await settled();
  expect(shared.moves).toEqual(['a: charged', 'a: completed']);
  expect(shared.outbox.size).toBe(0);
});

test('a failed delivery is made again after its pause, not before', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('a');
  let calls = 0;
  const driver = driverOf(shared, 'a', async (...args) => {
    calls += 1;
    if (calls === 1) throw new CallFailed('answered 503');
    return works(...args);
  });
  driver.take(order, lease);
  await settled();
  await driver.sweep();
  await settled();
  expect(calls).toBe(1);
  shared.clock.now += 50;
  await driver.sweep();
  await settled();
  expect(shared.state(order.id)).toBe('completed');
});

test('what a task that died has left is taken by another one when the lease ends, not before', async () => {
  const shared = sharedBook();
  const { order } = shared.add('dead');
  const driver = driverOf(shared, 'b', works);
  await driver.sweep();
  await settled();
  expect(shared.moves).toEqual([]);
  shared.clock.now += shared.leaseMs;
  await driver.sweep();
  await settled();
  expect(shared.moves).toEqual(['b: charged', 'b: completed']);
  expect(shared.state(order.id)).toBe('completed');
});

test('a task that was slower than its lease changes nothing any more', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('slow');
  let answer = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = driverOf(shared, 'slow', async (...args) => {
    await waiting;
    return works(...args);
  });
  slow.take(order, lease);
  shared.clock.now += shared.leaseMs;
  await driverOf(shared, 'quick', works).sweep();
  await settled();
  answer();
  await settled();
  expect(shared.moves).toEqual(['quick: charged', 'quick: completed']);
});

test('a charge without an outcome is called off when its time is over', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('a');
  shared.clock.now = 1000;
  const steps: string[] = [];
  const driver = driverOf(shared, 'a', async (_order, step) => {
    steps.push(step);
    return { outcome: step === 'notify' ? 'notified' : 'voided' };
  });
  driver.take(order, lease);
  await settled();
  expect(steps).toEqual(['cancel-charge', 'notify']);
  expect(shared.state(order.id)).toBe('cancelled');
});

test('a failure of the store leaves the order to whoever looks next', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('a');
  const problems: string[] = [];
  const book = shared.bookOf('a');
  const broken = createDriver({
    book: { ...book, advance: () => Promise.reject(new Error('no connection')) },
    deliver: works,
    backoff: { firstMs: 50, mostMs: 50 },
    concurrency: 10,
    now: () => shared.clock.now,
    random: () => 0,
    onProblem: (_order, message) => problems.push(message),
  });
  broken.take(order, lease);
  await settled();
  expect(problems).toEqual(['no connection']);
  shared.clock.now += shared.leaseMs;
  await driverOf(shared, 'b', works).sweep();
  await settled();
  expect(shared.state(order.id)).toBe('completed');
});

test('stopping gives orders back at the next place to stop, for others to take at once', async () => {
  const shared = sharedBook();
  const { order, lease } = shared.add('a');
  let answer = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const driver = driverOf(shared, 'a', async (...args) => {
    await waiting;
    return works(...args);
  });
  driver.take(order, lease);
  const stopped = driver.stop();
  answer();
  await stopped;
  expect(shared.moves).toEqual(['a: charged']);
  await driverOf(shared, 'b', works).sweep();
  await settled();
  expect(shared.state(order.id)).toBe('completed');
});

test('a look through the outbox takes no more than there is room for, and says that there is more', async () => {
  const shared = sharedBook();
  for (let n = 0; n < 25; n += 1) shared.add('dead');
  shared.clock.now += shared.leaseMs;
  const driver = driverOf(shared, 'b', works);
  const looks: boolean[] = [];
  while (shared.outbox.size > 0) {
    looks.push(await driver.sweep());
    await settled();
  }
  expect(looks).toEqual([true, true, false]);
});
