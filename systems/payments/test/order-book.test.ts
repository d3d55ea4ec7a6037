import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Order, shardOf } from '../services/order/order.ts';
import { type OrderBook, openOrderBook } from '../services/order/order-book.ts';
import { openTestTables, type TestTables } from './tables.ts';

const leaseMs = 1000;
const clock = { now: 0 };
let opened: TestTables;

beforeAll(async () => {
  opened = await openTestTables();
}, 60_000);
afterAll(() => opened?.close());

beforeEach(() => {
  clock.now = 1_800_000_000_000;
});

/** The book as a task of its own sees it. */
const bookOf = (owner: string): OrderBook =>
  openOrderBook({
    tables: opened.tables,
    table: opened.names.orders,
    owner,
    leaseMs,
    now: () => clock.now,
  });

function newOrder(): Order {
  const at = new Date(clock.now).toISOString();
  return {
    id: randomUUID(),
    state: 'accepted',
    version: 1,
    customer: { name: 'Ada', email: 'ada@example.org' },
    items: [{ sku: 'lamp', name: 'Lamp', quantity: 1, unitPrice: 500 }],
    currency: 'EUR',
    paymentMethod: 'card_ok',
    total: 500,
    acceptedAt: at,
    updatedAt: at,
    giveUpAt: at,
    reference: null,
    reason: null,
  };
}

/** Everything that the table holds of an order, its key and its message included. */
async function itemsOf({ id }: Order) {
  const { tables, names } = opened;
  const { Items = [] } = await tables.send(
    new ScanCommand({ TableName: names.orders, ConsistentRead: true }),
  );
  return Items.filter(({ pk, sk, order }) => pk === `ORDER#${id}` || sk === id || order === id).sort((a, b) =>
    `${a['pk']}${a['sk']}`.localeCompare(`${b['pk']}${b['sk']}`),
  );
}

async function accepted(owner: string) {
  const book = bookOf(owner);
  const order = newOrder();
  const acceptance = await book.accept(order, `key-${order.id}`, 'content');
  if (acceptance.kind !== 'accepted') throw new Error(`The order was ${acceptance.kind}.`);
  return { book, order, lease: acceptance.lease };
}

describe('taking an order in', () => {
  test('writes key, order, history and message together', async () => {
    const { order } = await accepted('a');
    const items = await itemsOf(order);
    expect(items.map(({ pk }) => String(pk).split('#')[0])).toEqual(['KEY', 'ORDER', 'ORDER', 'OUTBOX']);
    expect(items.find(({ pk }) => String(pk).startsWith('OUTBOX'))).toMatchObject({
      sk: order.id,
      step: 'charge',
      leaseOwner: 'a',
    });
  });

  test('under the same key gives the first order, and writes nothing', async () => {
    const { order } = await accepted('a');
    const again = newOrder();
    expect(await bookOf('b').accept(again, `key-${order.id}`, 'content')).toEqual({
      kind: 'replayed',
      order,
    });
    expect(await itemsOf(again)).toEqual([]);
  });

  test('under the same key with other content is refused, and writes nothing', async () => {
    const { order } = await accepted('a');
    const before = await itemsOf(order);
    const other = newOrder();
    expect(await bookOf('b').accept(other, `key-${order.id}`, 'other')).toEqual({ kind: 'reused' });
    expect(await itemsOf(other)).toEqual([]);
    expect(await itemsOf(order)).toEqual(before);
  });

  test('by twenty at the same time under one key makes one order', async () => {
    const key = `key-${randomUUID()}`;
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => bookOf(`t${n}`).accept(newOrder(), key, 'content')),
    );
    const kinds = all.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'replayed')).toHaveLength(19);
  });
});

describe('the outbox', () => {
  test('shows an order that nobody works on, when its lease has ended and not before', async () => {
    const { order } = await accepted('dead');
    const look = () => bookOf('b').due(shardOf(order.id), 100);
    expect(await look()).not.toContain(order.id);
    expect(await bookOf('b').claim(order.id)).toBeUndefined();
    clock.now += leaseMs;
    expect(await look()).toContain(order.id);
  });

  test('gives an order to one of those who try for it at the same time', async () => {
    const { order } = await accepted('dead');
    clock.now += leaseMs;
    const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => bookOf(`t${n}`).claim(order.id)));
    expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  test('counts failed attempts, says why, and gives the order out again after the pause', async () => {
    const { book, order, lease } = await accepted('a');
    await book.postpone(lease, 700, 'payment answered 503');
    expect(await book.pending(order.id)).toEqual({
      step: 'charge',
      attempts: 1,
      nextAttemptAt: new Date(clock.now + 700).toISOString(),
      problem: 'payment answered 503',
    });
    expect(await book.claim(order.id)).toBeUndefined();
    clock.now += 700;
    expect(await bookOf('b').claim(order.id)).toMatchObject({ owner: 'b', attempts: 1 });
  });

  test('is not changed by a task whose lease another one has by now', async () => {
    const { book, order, lease } = await accepted('slow');
    clock.now += leaseMs;
    await bookOf('quick').claim(order.id);
    const before = await itemsOf(order);
    await book.postpone(lease, 5000, 'too late');
    expect(await itemsOf(order)).toEqual(before);
  });
});

describe('moving an order on', () => {
  test('writes state, history and the next message together, and at the end takes the message away', async () => {
    const { book, order, lease } = await accepted('a');
    const charged = await book.advance(order, lease, 'charged', { reference: 'ref-1' });
    expect(charged).toMatchObject({ state: 'charged', version: 2, reference: 'ref-1' });
    expect(await book.pending(order.id)).toMatchObject({ step: 'notify', attempts: 0 });
    const completed = charged && (await book.advance(charged, lease, 'notified', {}));
    expect(completed).toMatchObject({ state: 'completed', version: 3, reference: 'ref-1' });
    expect(await book.pending(order.id)).toBeUndefined();
    expect((await book.history(order.id)).map(({ number, from, to }) => [number, from, to])).toEqual([
      [1, null, 'accepted'],
      [2, 'accepted', 'charged'],
      [3, 'charged', 'completed'],
    ]);
  });

  test('from a version that is not the last one writes nothing', async () => {
    const { book, order, lease } = await accepted('a');
    await book.advance(order, lease, 'charged', { reference: 'ref-1' });
    const before = await itemsOf(order);
    expect(await book.advance(order, lease, 'declined', { reason: 'late' })).toBeUndefined();
    expect(await itemsOf(order)).toEqual(before);
  });

  test('with a lease that another task has by now writes nothing', async () => {
    const { book, order, lease } = await accepted('slow');
    clock.now += leaseMs;
    await bookOf('quick').claim(order.id);
    const before = await itemsOf(order);
    expect(await book.advance(order, lease, 'charged', { reference: 'ref-1' })).toBeUndefined();
    expect(await itemsOf(order)).toEqual(before);
  });
});
