import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { table } from '@breakwater/plan';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { buildProgram, cleanUp, newFolder, samplePlan, startStores, type TestStores } from './testing.ts';

beforeAll(buildProgram, 60_000);
afterEach(cleanUp);

const nameOf = (stores: TestStores, key: string) => stores.store(key).connectionFields()['name'] ?? '';

test('data and keys outlive a stop and a new start', async () => {
  const directory = newFolder();
  const first = await startStores({ directory });
  const before = await first.clients('orders');
  await before.document.send(
    new PutCommand({ TableName: nameOf(first, 'book'), Item: { pk: 'a', sk: '1', state: 'open', at: 1 } }),
  );
  await before.s3.send(new PutObjectCommand({ Bucket: nameOf(first, 'files'), Key: 'a', Body: 'text' }));
  await first.stop();
  const second = await startStores({ directory });
  const after = await second.clients('orders');
  const { Item } = await after.document.send(
    new GetCommand({ TableName: nameOf(second, 'book'), Key: { pk: 'a', sk: '1' } }),
  );
  expect(Item).toEqual({ pk: 'a', sk: '1', state: 'open', at: 1 });
  const { Body } = await after.s3.send(new GetObjectCommand({ Bucket: nameOf(second, 'files'), Key: 'a' }));
  expect(await Body?.transformToString()).toBe('text');
});

test('SIGKILL in the middle of writes loses nothing that was acknowledged, and leaves no transaction half done', async () => {
  const stores = await startStores();
  const { document, s3 } = await stores.clients('orders');
  const [TableName, Bucket] = [nameOf(stores, 'book'), nameOf(stores, 'files')];
  const acknowledged: number[] = [];
  const objects = new Map<string, string>();
  let stop = false;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = writer; !stop; n += 8) {
      const sk = String(n);
      const put = (pk: string) => ({ Put: { TableName, Item: { pk, sk, state: 'new', at: n } } });
      try {
        await document.send(new TransactWriteCommand({ TransactItems: [put('left'), put('right')] }));
        acknowledged.push(n);
        await s3.send(new PutObjectCommand({ Bucket, Key: `k${writer}`, Body: `${n}`.repeat(10_000) }));
        objects.set(`k${writer}`, `${n}`.repeat(10_000));
      } catch {
        // Killed under it; whether it was done does not matter, if only it was done whole.
      }
    }
  });
  for (let round = 0; round < 3; round += 1) {
    await sleep(300);
    await Promise.all([stores.store('book').crash(), stores.store('files').crash()]);
    await Promise.all([stores.store('book').start(), stores.store('files').start()]);
  }
  stop = true;
  await Promise.all(writers);
  const all = async (pk: string, IndexName?: string) => {
    const found: number[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await document.send(
        new QueryCommand({
          TableName,
          ...(IndexName === undefined
            ? { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': pk } }
            : {
                IndexName,
                KeyConditionExpression: '#s = :s',
                FilterExpression: 'pk = :p',
                ExpressionAttributeNames: { '#s': 'state' },
                ExpressionAttributeValues: { ':s': 'new', ':p': pk },
              }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      found.push(...(page.Items ?? []).map(({ at }) => Number(at)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return found.sort((a, b) => a - b);
  };
  const left = await all('left');
  expect(acknowledged.length).toBeGreaterThan(20);
  expect(left).toEqual(expect.arrayContaining(acknowledged));
  expect(await all('right')).toEqual(left);
  expect(await all('left', 'by-state')).toEqual(left);
  for (const [Key, text] of objects) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const found = (await Body?.transformToString()) ?? '';
    // A later write may have been done without its answer; then all of it is there.
    expect(found.length % 10_000).toBe(0);
    expect(found.length).toBeGreaterThanOrEqual(text.length);
  }
}, 30_000);

test('a server that ends by itself is started again at the same address', async () => {
  const stores = await startStores();
  const { document } = await stores.clients('orders');
  const TableName = nameOf(stores, 'book');
  await document.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1' } }));
  const { pid, address } = stores.store('book').snapshot();
  process.kill(pid ?? 0, 'SIGKILL');
  await expect
    .poll(() => stores.store('book').snapshot(), { timeout: 10_000 })
    .toMatchObject({ state: 'running', address, pid: expect.not.toSatisfy((now) => now === pid) });
  const { Item } = await document.send(new GetCommand({ TableName, Key: { pk: 'a', sk: '1' } }));
  expect(Item).toEqual({ pk: 'a', sk: '1' });
  expect(stores.events.some((line) => line.includes('ended by itself (SIGKILL)'))).toBe(true);
});

test('an expired item is there like any other, until the background job deletes it; a later expiry rescues it', async () => {
  // Ten minutes become two seconds, a minute 0.2.
  const stores = await startStores({ timeScale: 300 });
  const { document } = await stores.clients('orders');
  const TableName = nameOf(stores, 'sessions');
  const now = Math.floor(Date.now() / 1_000);
  const put = (id: string, expiry: unknown) =>
    document.send(new PutCommand({ TableName, Item: { id, expiry } }));
  await Promise.all([
    put('expired', now - 1),
    put('rescued', now - 1),
    put('live', now + 60),
    put('text', String(now - 60)),
    put('ancient', now - 6 * 366 * 86_400),
  ]);
  const has = async (id: string) =>
    (await document.send(new GetCommand({ TableName, Key: { id } }))).Item !== undefined;
  expect(await has('expired')).toBe(true);
  await put('rescued', now + 60);
  await expect.poll(() => has('expired'), { timeout: 10_000, interval: 100 }).toBe(false);
  for (const id of ['rescued', 'live', 'text', 'ancient']) expect([id, await has(id)]).toEqual([id, true]);
  await expect.poll(() => stores.events).toContain('sessions: Time to Live deleted an item.');
});

test('an index that the definition adds holds what was there before; one that it takes away is gone', async () => {
  const directory = newFolder();
  const withIndex = (...names: string[]) =>
    samplePlan({
      book: table({
        partitionKey: 'pk',
        sortKey: 'sk',
        indexes: Object.fromEntries(names.map((name) => [name, { partitionKey: name }])),
      }),
    });
  const first = await startStores({ directory, plan: withIndex('colour') });
  const before = await first.clients('orders');
  const TableName = nameOf(first, 'book');
  for (const sk of ['1', '2', '3'])
    await before.document.send(
      new PutCommand({ TableName, Item: { pk: 'a', sk, colour: 'red', size: sk === '1' ? 'big' : 'small' } }),
    );
  await first.stop();
  const second = await startStores({ directory, plan: withIndex('size') });
  const { document } = await second.clients('orders');
  const query = (IndexName: string, value: string) =>
    document.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: '#k = :v',
        ExpressionAttributeNames: { '#k': IndexName },
        ExpressionAttributeValues: { ':v': value },
      }),
    );
  expect((await query('size', 'small')).Items?.map(({ sk }) => sk).sort()).toEqual(['2', '3']);
  await expect(query('colour', 'red')).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a table whose key was changed is refused with what to do, and nothing is lost', async () => {
  const directory = newFolder();
  const first = await startStores({ directory });
  await (await first.clients('orders')).document.send(
    new PutCommand({ TableName: nameOf(first, 'book'), Item: { pk: 'a', sk: '1' } }),
  );
  await first.stop();
  const changed = samplePlan({ book: table({ partitionKey: 'id' }) });
  await expect(startStores({ directory, plan: changed })).rejects.toMatchObject({
    code: 'STORE_CHANGED',
    message: expect.stringMatching(
      /^The table .* \(stores\.book\) holds data under the key pk \(S\), sk \(S\), and the definition now says id \(S\)\./,
    ),
    fix: expect.stringContaining('Give the store another key in the definition'),
  });
  const again = await startStores({ directory });
  const { Item } = await (await again.clients('orders')).document.send(
    new GetCommand({ TableName: nameOf(again, 'book'), Key: { pk: 'a', sk: '1' } }),
  );
  expect(Item).toEqual({ pk: 'a', sk: '1' });
});

test('one store is slowed without the others', async () => {
  const stores = await startStores();
  const { document } = await stores.clients('orders');
  await stores.store('book').setDelay(300);
  expect(stores.store('book').snapshot().state).toBe('slow');
  expect(stores.store('sessions').snapshot().state).toBe('running');
  const order: string[] = [];
  const slow = document
    .send(new GetCommand({ TableName: nameOf(stores, 'book'), Key: { pk: 'a', sk: '1' } }))
    .then(() => order.push('book'));
  await document
    .send(new GetCommand({ TableName: nameOf(stores, 'sessions'), Key: { id: '1' } }))
    .then(() => order.push('sessions'));
  await slow;
  expect(order).toEqual(['sessions', 'book']);
});
