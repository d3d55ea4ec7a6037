import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../check/src/check.ts';
import { type LocalStores, openLocal } from '../check/src/check-local.ts';
import { readContents } from '../check/src/contents.ts';
import type { Rule } from '../check/src/findings.ts';
import { ask, finalOrder, orderOf, send } from './client.ts';

const system = copySystem('payments');
const stranger = '00000000-0000-4000-8000-000000000009';
let engine: DrivenEngine;
let paid: string;
let refused: string;
let whileRunning: Awaited<ReturnType<typeof program>>;

/** Runs the checker as a person does. */
async function program(...args: readonly string[]) {
  const main = join(system.directory, 'check', 'dist', 'main.js');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      main,
      '--directory',
      system.directory,
      ...args,
    ]);
    return { exitCode: 0, stdout, stderr: '' };
  } catch (error) {
    // execFile rejects with the output and the code.
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--no-watch']);
  const place = async (paymentMethod: string): Promise<string> => {
    const { json } = await send(`${engine.url}/order/orders`, orderOf(paymentMethod));
    await finalOrder(engine.url, json.id);
    return json.id;
  };
  [paid, refused] = await Promise.all([place('card_ok'), place('card_declined')]);
  expect((await ask(`${engine.url}/notification/documents/${paid}`)).status).toBe(200);
  whileRunning = await program();
  await engine.stop();
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

describe('the program', () => {
  test('reads no stores of a system that runs, and says what to do', () => {
    expect(whileRunning).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('breakwater stop') });
  });

  test('finds nothing where nothing is wrong', async () => {
    const { exitCode, stdout } = await program();
    expect(stdout).toContain('2 orders: 1 completed, 1 rejected, 0 cancelled, 0 not final');
    expect(stdout).toContain('Every promise was kept.');
    expect(exitCode).toBe(0);
  });

  test('misses an order that a client was told of', async () => {
    const file = join(system.directory, 'accepted.txt');
    writeFileSync(file, `${paid}\n${refused}\n${stranger}\n`);
    const { exitCode, stdout } = await program('--accepted', file);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`lost-order: 1\n  ${stranger}: A client was told that it is accepted.`);
  });
});

describe('a fault that is planted in the stores is found in them', () => {
  let stores: LocalStores;
  let tables: DynamoDBDocumentClient;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    stores = await openLocal(system.directory, 'dev', 'read-write');
    tables = DynamoDBDocumentClient.from(stores.tables);
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  afterAll(() => stores.close());

  type Table = 'orders' | 'ledger' | 'notifications';
  type Key = { readonly pk: string; readonly sk: string };

  /** Changes an item, makes it where there is none, or takes it away for `null`. */
  async function item(table: Table, { pk, sk }: Key, change: Record<string, unknown> | null): Promise<void> {
    const TableName = stores.names[table];
    const Key = { pk, sk };
    const { Item } = await tables.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (change === null) {
      expect(Item).toBeDefined();
      await tables.send(new DeleteCommand({ TableName, Key }));
    } else await tables.send(new PutCommand({ TableName, Item: { ...Item, ...Key, ...change } }));
    undo.push(() =>
      Item === undefined
        ? tables.send(new DeleteCommand({ TableName, Key }))
        : tables.send(new PutCommand({ TableName, Item })),
    );
  }

  /** Writes an object, or takes it away for `null`. */
  async function object(bucket: 'payments' | 'receipts', Key: string, body: object | null): Promise<void> {
    const Bucket = stores.names[bucket];
    const buckets = stores.buckets;
    const before = await buckets
      .send(new GetObjectCommand({ Bucket, Key }))
      .then(({ Body }) => Body?.transformToString())
      .catch(() => undefined);
    if (body === null) {
      expect(before).toBeDefined();
      await buckets.send(new DeleteObjectCommand({ Bucket, Key }));
    } else await buckets.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(body) }));
    undo.push(() =>
      before === undefined
        ? buckets.send(new DeleteObjectCommand({ Bucket, Key }))
        : buckets.send(new PutObjectCommand({ Bucket, Key, Body: before })),
    );
  }

  const order = (id: string): Key => ({ pk: `ORDER#${id}`, sk: 'ORDER' });
  const event = (id: string, n: number): Key => ({ pk: `ORDER#${id}`, sk: `EVENT#00000${n}` });
  const outcome = (id: string): string => `sandbox-provider/outcomes/${id}.json`;
  const charged = (of: string, amount = 3998) => ({
    order: of,
    amount,
    currency: 'EUR',
    outcome: { kind: 'charged', reference: 'ref-2' },
  });

  const plants: readonly (readonly [string, Rule, () => Promise<unknown>])[] = [
    ['a second charge', 'double-charge', () => object('payments', outcome('another-key'), charged(paid))],
    [
      'a second debit',
      'double-charge',
      () =>
        item(
          'ledger',
          { pk: `ORDER#${paid}`, sk: 'ENTRY#ref-2#customer' },
          { account: 'customer', amount: -1 },
        ),
    ],
    ['a lost order', 'lost-order', () => item('orders', order(paid), null)],
    [
      'a charge without an order',
      'charge-without-order',
      () => object('payments', outcome(stranger), charged(stranger)),
    ],
    [
      'a charge for an order that was refused',
      'charge-without-order',
      () => object('payments', outcome(refused), charged(refused)),
    ],
    ['an order without its charge', 'order-without-charge', () => object('payments', outcome(paid), null)],
    [
      'a charge of another amount',
      'wrong-amount',
      () => object('payments', outcome(paid), charged(paid, 3999)),
    ],
    [
      'a charge that the ledger does not have',
      'ledger-disagrees',
      () => item('ledger', { pk: `ORDER#${paid}`, sk: 'CHARGE' }, null),
    ],
    [
      'an order that is not final',
      'order-not-final',
      () => item('orders', order(paid), { state: 'charged' }),
    ],
    [
      'a state that the history does not lead to',
      'broken-history',
      () => item('orders', order(paid), { state: 'rejected' }),
    ],
    ['a history with a gap', 'broken-history', () => item('orders', event(paid, 2), null)],
    [
      'a message that was delivered and is still there',
      'message-left',
      () => item('orders', { pk: 'OUTBOX#0', sk: paid }, { step: 'notify' }),
    ],
    [
      'a second record of a notification',
      'notification-twice',
      () =>
        item(
          'notifications',
          { pk: `ORDER#${paid}`, sk: 'NOTIFICATION#2' },
          { kind: 'receipt', state: 'sent' },
        ),
    ],
    ['a second message', 'notification-twice', () => object('receipts', `sandbox-mail/${paid}-2.json`, {})],
    [
      'a missing record',
      'notification-missing',
      () => item('notifications', { pk: `ORDER#${paid}`, sk: 'NOTIFICATION' }, null),
    ],
    ['a missing receipt', 'notification-missing', () => object('receipts', `documents/${paid}.txt`, null)],
    [
      'a missing message',
      'notification-missing',
      () => object('receipts', `sandbox-mail/${refused}.json`, null),
    ],
  ];

  test.each(plants)('%s: %s', async (_what, rule, plant) => {
    await plant();
    const { violations } = check(await readContents(stores, stores.names));
    expect(violations.map((one) => one.rule)).toContain(rule);
  });

  test('and when all of them are taken back, nothing is', async () => {
    expect(check(await readContents(stores, stores.names), [paid, refused]).violations).toEqual([]);
  });
});
