import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TableSettings } from '../gateway/protocol.ts';
import { database } from './dynalite.ts';
import { sweepExpired } from './expiry.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { operate } from './operations.ts';
import { prepareTables } from './tables.ts';
import { itemPrefix } from './write-view.ts';

const TABLE: TableSettings = {
  key: 'sessions',
  name: 'sessions-dev',
  partitionKey: { name: 'id', type: 'S' },
  sortKey: null,
  indexes: [{ name: 'by-user', partitionKey: { name: 'user', type: 'S' }, sortKey: null }],
  ttlAttribute: 'expiry',
};

test('an item that is given a later expiry while the job looks at it stays, and another’s index entries go with it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-expiry-'));
  const store = database.create({ path: directory, createTableMs: 0 });
  try {
    await store.db.open();
    await prepareTables(store, [TABLE], directory);
    const locks = createKeyedLock();
    const now = (): number => 1_795_150_800_000;
    const context = { store, locks, now, ttl: new Map([[TABLE.name, TABLE.ttlAttribute]]) };
    const put = (id: string, expiry: number) =>
      operate(context, 'PutItem', {
        TableName: TABLE.name,
        Item: { id: { S: id }, user: { S: 'u' }, expiry: { N: String(expiry) } },
      });
    const seconds = now() / 1_000;
    await put('rescued', seconds - 1_000);
    await put('gone', seconds - 1_000);
    // A writer that came first has the item; the job must wait for it, and look again.
    const key =
      itemPrefix(TABLE.name) +
      database.createKey(
        { id: { S: 'rescued' } },
        {
          TableName: TABLE.name,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        },
      );
    const item = { id: { S: 'rescued' }, user: { S: 'u' }, expiry: { N: String(seconds + 60) } };
    const writer = locks.hold([key], async () => {
      await new Promise((done) => setTimeout(done, 100));
      await store.db.put(key, item);
    });
    let deleted = 0;
    const onDeleted = (_table: TableSettings, items: number): void => {
      deleted += items;
    };
    await Promise.all([
      writer,
      sweepExpired({ store, locks, tables: [TABLE], delayMs: 600_000, now, onDeleted }),
    ]);
    expect(deleted).toBe(1);
    const { Items } = await operate(context, 'Scan', { TableName: TABLE.name });
    expect(Items).toEqual([item]);
    const found = await operate(context, 'Query', {
      TableName: TABLE.name,
      IndexName: 'by-user',
      KeyConditionExpression: '#u = :u',
      ExpressionAttributeNames: { '#u': 'user' },
      ExpressionAttributeValues: { ':u': { S: 'u' } },
    });
    expect(found['Count']).toBe(1);
  } finally {
    await store.db.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
