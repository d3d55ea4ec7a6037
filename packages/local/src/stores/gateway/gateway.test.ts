import { ScanCommand, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildProgram,
  type Clients,
  cleanUp,
  clientsFor,
  clientsOf,
  startStores,
  type TestStores,
} from './testing.ts';

let stores: TestStores;
let orders: Clients;
let other: Clients;
let reader: Clients;
const nameOf = (key: string) => stores.store(key).connectionFields()['name'] ?? '';

beforeAll(async () => {
  buildProgram();
  stores = await startStores();
  [orders, other, reader] = await Promise.all([
    stores.clients('orders', 'orders-task'),
    stores.clients('other', 'other-task'),
    stores.clients('reader', 'reader-task'),
  ]);
}, 60_000);
afterAll(cleanUp);

const ledgerKey = () => ({ TableName: nameOf('ledger'), Key: { id: '1' } });

describe('a task may only do what its role grants', () => {
  test('another service’s table is refused in IAM’s words, and told as an event', async () => {
    await other.document.send(
      new PutCommand({ TableName: nameOf('ledger'), Item: { id: '1', secret: true } }),
    );
    await expect(orders.document.send(new GetCommand(ledgerKey()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::\d{12}:assumed-role\/.*orders.*\/orders-task is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:\d{12}:table\/.* because no identity-based policy allows the dynamodb:GetItem action$/,
      ),
      $metadata: { httpStatusCode: 400 },
    });
    const told = () =>
      stores.events.filter((line) => line.includes('not authorized to perform: dynamodb:GetItem'));
    await expect.poll(told).toHaveLength(1);
  });

  test('another service’s bucket is refused, whether the object is there or not', async () => {
    await other.s3.send(new PutObjectCommand({ Bucket: nameOf('private'), Key: 'a', Body: 'x' }));
    for (const Key of ['a', 'b']) {
      await expect(
        orders.s3.send(new GetObjectCommand({ Bucket: nameOf('private'), Key })),
      ).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(
          `is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${nameOf('private')}/${Key}"`,
        ),
        $metadata: { httpStatusCode: 403 },
      });
    }
    for (const command of [
      new ListObjectsV2Command({ Bucket: nameOf('private') }),
      new ListBucketsCommand({}),
    ])
      await expect(orders.s3.send(command as ListObjectsV2Command)).rejects.toMatchObject({
        name: 'AccessDenied',
      });
  });

  test('nothing gets round it: index, batch, transaction and copy need their own grants', async () => {
    const transaction = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: nameOf('book'), Item: { pk: 'a', sk: '1' } } },
        {
          Update: { ...ledgerKey(), UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': 1 } },
        },
      ],
    });
    await expect(orders.document.send(transaction)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:UpdateItem'),
    });
    expect(
      (await orders.document.send(new GetCommand({ TableName: nameOf('book'), Key: { pk: 'a', sk: '1' } })))
        .Item,
    ).toBeUndefined();
    const index = new QueryCommand({
      TableName: nameOf('book'),
      IndexName: 'by-state',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': 'open' },
    });
    await orders.document.send(index);
    await expect(other.document.send(index)).rejects.toMatchObject({
      message: expect.stringContaining('/index/by-state'),
    });
    await other.s3.send(new PutObjectCommand({ Bucket: nameOf('private'), Key: 'loot', Body: 'x' }));
    await expect(
      orders.s3.send(new PutObjectCommand({ Bucket: nameOf('private'), Key: 'loot', Body: 'mine' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a role that may only read cannot write, and one that may only write cannot read', async () => {
    const key = { TableName: nameOf('book'), Key: { pk: 'r', sk: '1' } };
    await orders.document.send(new PutCommand({ TableName: nameOf('book'), Item: { pk: 'r', sk: '1' } }));
    expect((await reader.document.send(new GetCommand(key))).Item).toBeDefined();
    await expect(
      reader.document.send(
        new UpdateCommand({ ...key, UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': 1 } }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await reader.s3.send(new PutObjectCommand({ Bucket: nameOf('files'), Key: 'w', Body: 'x' }));
    await expect(
      reader.s3.send(new GetObjectCommand({ Bucket: nameOf('files'), Key: 'w' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a request must be signed', () => {
  const scan = () => new ScanCommand({ TableName: nameOf('book') });

  test('not signed at all', async () => {
    const answer = await fetch(orders.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.Scan', 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ TableName: nameOf('book') }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
        message: 'Request is missing Authentication Token',
      },
    ]);
    const s3 = await fetch(`${orders.environment['AWS_ENDPOINT_URL_S3']}/${nameOf('files')}/w`);
    expect([s3.status, await s3.text()]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code><Message>Access Denied</Message>'),
    ]);
  });

  test('with a wrong secret, a made-up key, another’s token', async () => {
    const wrong = clientsFor(orders.environment, { ...orders.keys, secretAccessKey: 'wrong' });
    await expect(wrong.dynamodb.send(scan())).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    await expect(wrong.s3.send(new ListObjectsV2Command({ Bucket: nameOf('files') }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const unknown = clientsFor(orders.environment, { ...orders.keys, accessKeyId: 'ASIA0000000000000000' });
    await expect(unknown.dynamodb.send(scan())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(
      unknown.s3.send(new ListObjectsV2Command({ Bucket: nameOf('files') })),
    ).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    const stranger = clientsFor(orders.environment, {
      ...orders.keys,
      sessionToken: other.keys.sessionToken,
    });
    await expect(stranger.dynamodb.send(scan())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  test('changed on its way', async () => {
    const { dynamodb } = clientsFor(orders.environment, orders.keys);
    const alter: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
      // The request as it goes out.
      const request = args.request as { body: string | Uint8Array };
      const text = Buffer.from(request.body).toString('utf8');
      request.body = Buffer.from(text.replace('"book', '"look'));
      return next(args);
    };
    dynamodb.middlewareStack.addRelativeTo(alter, {
      relation: 'after',
      toMiddleware: 'httpSigningMiddleware',
    });
    await expect(dynamodb.send(scan())).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  test('with a time that is ours', async () => {
    const { dynamodb } = clientsFor(orders.environment, orders.keys);
    dynamodb.config.systemClockOffset = -16 * 60_000;
    await expect(dynamodb.send(scan())).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: 'Signature expired.',
    });
  });
});

describe('keys', () => {
  test('end with their task', async () => {
    const gone = await stores.clients('orders', 'gone');
    await gone.dynamodb.send(new ScanCommand({ TableName: nameOf('book') }));
    stores.credentials?.end('gone');
    await expect(gone.dynamodb.send(new ScanCommand({ TableName: nameOf('book') }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
    await expect(gone.s3.send(new ListObjectsV2Command({ Bucket: nameOf('files') }))).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
    const answer = await fetch(gone.environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
      headers: { authorization: gone.environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' },
    });
    expect(answer.status).toBe(403);
  });

  test('are given only to who has the token', async () => {
    const environment = await stores.task('orders');
    expect((await fetch(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '')).status).toBe(403);
    const { keys } = await clientsOf(environment);
    expect(keys.accessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/);
  });

  test('hold still after the server was killed and started again', async () => {
    await orders.document.send(new PutCommand({ TableName: nameOf('book'), Item: { pk: 'still', sk: '1' } }));
    await stores.store('book').crash();
    await stores.store('book').start();
    const { Item } = await orders.document.send(
      new GetCommand({ TableName: nameOf('book'), Key: { pk: 'still', sk: '1' } }),
    );
    expect(Item).toEqual({ pk: 'still', sk: '1' });
    await expect(orders.document.send(new GetCommand(ledgerKey()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

test('the server’s own settings are the engine’s alone', async () => {
  for (const name of ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_S3']) {
    const answer = await fetch(`${orders.environment[name]}/_breakwater/settings`, {
      method: 'POST',
      body: '{}',
    });
    expect(answer.status).toBe(403);
  }
});
