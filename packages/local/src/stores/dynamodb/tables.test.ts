import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Clients, cleanUp, startStores, type TestStores } from '../gateway/testing.ts';

const TableName = 'book-table-test';

afterAll(cleanUp);

let stores: TestStores;
let orders: Clients;
beforeAll(async () => {
  buildProgram();
  stores = await startStores();
  orders = await stores.clients('orders');
}, 60_000);

const put = (item: Record<string, unknown>, more = {}) =>
  orders.document.send(new PutCommand({ TableName, Item: item, ...more }));
const get = async (pk: string, sk = '1') =>
  (await orders.document.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;

describe('items', () => {
  test('are written, read, changed and deleted', async () => {
    await put({ pk: 'a', sk: '1', total: 12.5, tags: new Set(['x']), nested: { list: [1, 'zwei', null] } });
    expect(await get('a')).toEqual({
      pk: 'a',
      sk: '1',
      total: 12.5,
      tags: new Set(['x']),
      nested: { list: [1, 'zwei', null] },
    });
    const { Attributes } = await orders.document.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'a', sk: '1' },
        UpdateExpression: 'SET #t = #t + :n, #s = :s REMOVE tags',
        ExpressionAttributeNames: { '#s': 'state', '#t': 'total' },
        ExpressionAttributeValues: { ':n': 2, ':s': 'paid' },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toMatchObject({ total: 14.5, state: 'paid' });
    await orders.document.send(new DeleteCommand({ TableName, Key: { pk: 'a', sk: '1' } }));
    expect(await get('a')).toBeUndefined();
  });

  test('are written on condition, and a failure gives the item back when asked', async () => {
    const once = {
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await put({ pk: 'once', sk: '1', by: 'first' }, once);
    const failure = await put({ pk: 'once', sk: '1', by: 'second' }, once).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect(failure).toMatchObject({
      message: 'The conditional request failed',
      Item: { by: { S: 'first' } },
    });
    expect(await get('once')).toMatchObject({ by: 'first' });
  });

  test('of a hundred contending conditional updates, as many succeed as the condition allows', async () => {
    await put({ pk: 'stock', sk: '1', left: 10 });
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        orders.document.send(
          new UpdateCommand({
            TableName,
            Key: { pk: 'stock', sk: '1' },
            UpdateExpression: 'SET #l = #l - :one',
            ConditionExpression: '#l >= :one',
            ExpressionAttributeNames: { '#l': 'left' },
            ExpressionAttributeValues: { ':one': 1 },
          }),
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await get('stock')).toMatchObject({ left: 0 });
  });

  test('are found by key range, on an index, by a filter, page by page', async () => {
    await orders.document.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: Array.from({ length: 20 }, (_, n) => ({
            PutRequest: {
              Item: {
                pk: 'many',
                sk: String(n).padStart(3, '0'),
                state: n % 2 === 0 ? 'open' : 'done',
                at: 100 - n,
              },
            },
          })),
        },
      }),
    );
    const range = await orders.document.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :b',
        ExpressionAttributeValues: { ':p': 'many', ':a': '005', ':b': '007' },
        ScanIndexForward: false,
      }),
    );
    expect(range.Items?.map(({ sk }) => sk)).toEqual(['007', '006', '005']);
    const found: unknown[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await orders.document.send(
        new QueryCommand({
          TableName,
          IndexName: 'by-state',
          KeyConditionExpression: '#s = :s AND #a > :a',
          ExpressionAttributeNames: { '#s': 'state', '#a': 'at' },
          ExpressionAttributeValues: { ':s': 'open', ':a': 90 },
          Limit: 2,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      found.push(...(page.Items ?? []).map(({ at }) => at));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    expect(found).toEqual([92, 94, 96, 98, 100]);
    const { Count } = await orders.document.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'pk = :p AND #s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':p': 'many', ':s': 'done' },
      }),
    );
    expect(Count).toBe(10);
    const { Responses } = await orders.document.send(
      new BatchGetCommand({
        RequestItems: {
          [TableName]: {
            Keys: [
              { pk: 'many', sk: '000' },
              { pk: 'many', sk: 'none' },
            ],
          },
        },
      }),
    );
    expect(Responses?.[TableName]).toHaveLength(1);
  });

  test('that DynamoDB would refuse are refused with its words', async () => {
    await expect(put({ pk: 'x' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Missing the key sk'),
    });
    await expect(put({ pk: 1, sk: '1' })).rejects.toMatchObject({
      message: expect.stringContaining('Type mismatch for key pk'),
    });
    await expect(put({ pk: 'big', sk: '1', text: 'x'.repeat(410 * 1024) })).rejects.toMatchObject({
      message: 'Item size has exceeded the maximum allowed size',
    });
    await expect(
      orders.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'a' }, sk: { S: '1' } },
          UpdateExpression: 'SET pk = :p',
          ExpressionAttributeValues: { ':p': { S: 'b' } },
        }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('This attribute is part of the key') });
  });

  test('an update moves an item from one place of an index to another', async () => {
    await put({ pk: 'move', sk: '1', state: 'moving', at: 1 });
    await orders.document.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'move', sk: '1' },
        UpdateExpression: 'SET #s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': 'moved' },
      }),
    );
    const count = async (state: string) =>
      (
        await orders.document.send(
          new QueryCommand({
            TableName,
            IndexName: 'by-state',
            KeyConditionExpression: '#s = :s',
            ExpressionAttributeNames: { '#s': 'state' },
            ExpressionAttributeValues: { ':s': state },
          }),
        )
      ).Count;
    expect([await count('moving'), await count('moved')]).toEqual([0, 1]);
  });
});

describe('transactions', () => {
  const item = (sk: string, more = {}) => ({ pk: 'tx', sk, ...more });

  test('do everything or nothing', async () => {
    await put(item('account', { balance: 10 }));
    const pay = (amount: number, sk: string) =>
      orders.document.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: { TableName, Item: item(sk, { amount }), ConditionExpression: 'attribute_not_exists(pk)' },
            },
            {
              Update: {
                TableName,
                Key: item('account'),
                UpdateExpression: 'SET balance = balance - :a',
                ConditionExpression: 'balance >= :a',
                ExpressionAttributeValues: { ':a': amount },
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
            {
              ConditionCheck: {
                TableName,
                Key: item('closed'),
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            },
          ],
        }),
      );
    await pay(7, 'p1');
    const failure = await pay(7, 'p2').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    expect(failure).toMatchObject({
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { balance: { N: '3' } } },
        { Code: 'None' },
      ],
    });
    const { Responses } = await orders.document.send(
      new TransactGetCommand({
        TransactItems: ['account', 'p1', 'p2'].map((sk) => ({ Get: { TableName, Key: item(sk) } })),
      }),
    );
    expect(Responses?.map(({ Item }) => Item)).toEqual([
      item('account', { balance: 3 }),
      item('p1', { amount: 7 }),
      undefined,
    ]);
  });

  test('contending for the same items, none is lost and none half done', async () => {
    await put(item('left', { n: 50 }));
    await put(item('right', { n: 50 }));
    const move = (from: string, to: string) =>
      orders.document.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName,
                Key: item(from),
                UpdateExpression: 'ADD n :d',
                ConditionExpression: 'n > :z',
                ExpressionAttributeValues: { ':d': -1, ':z': 0 },
              },
            },
            {
              Update: {
                TableName,
                Key: item(to),
                UpdateExpression: 'ADD n :d',
                ExpressionAttributeValues: { ':d': 1 },
              },
            },
          ],
        }),
      );
    await Promise.all(
      Array.from({ length: 80 }, (_, n) => (n % 3 === 0 ? move('right', 'left') : move('left', 'right'))),
    );
    const [left, right] = [await get('tx', 'left'), await get('tx', 'right')];
    expect([left?.['n'], right?.['n']]).toEqual([50 + 27 - 53, 50 - 27 + 53]);
  });

  test('sent twice with one token are carried out once; another content under the token is refused', async () => {
    await put(item('counter', { n: 0 }));
    const add = (by: number) =>
      orders.document.send(
        new TransactWriteCommand({
          ClientRequestToken: 'the-same-token',
          TransactItems: [
            {
              Update: {
                TableName,
                Key: item('counter'),
                UpdateExpression: 'ADD n :d',
                ExpressionAttributeValues: { ':d': by },
              },
            },
          ],
        }),
      );
    await Promise.all([add(1), add(1), add(1)]);
    expect(await get('tx', 'counter')).toMatchObject({ n: 1 });
    await expect(add(2)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('may not name an item twice', async () => {
    await expect(
      orders.document.send(
        new TransactWriteCommand({
          TransactItems: [{ Delete: { TableName, Key: item('1') } }, { Put: { TableName, Item: item('1') } }],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });
});

test('a table is described as the plan has it', async () => {
  const { Table } = await orders.dynamodb.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [{ IndexName: 'by-state', IndexStatus: 'ACTIVE' }],
  });
  await expect(orders.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
