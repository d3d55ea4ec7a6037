import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { processStartedAt } from '../../processes/identity.ts';
import { type OpenStores, type OpenStoresOptions, openStores } from './open-stores.ts';
import { buildProgram, cleanUp, newFolder, samplePlan } from './testing.ts';

const plan = samplePlan();
const opened: OpenStores[] = [];

async function open(directory: string, access: OpenStoresOptions['access']) {
  const stores = await openStores({ directory, plan, access });
  opened.push(stores);
  const { region, credentials, dynamodbEndpoint = '', s3Endpoint = '' } = stores;
  const common = { region, credentials, maxAttempts: 1 };
  return {
    stores,
    tables: DynamoDBDocumentClient.from(new DynamoDBClient({ ...common, endpoint: dynamodbEndpoint })),
    buckets: new S3Client({ ...common, endpoint: s3Endpoint }),
  };
}

const TableName = plan.tables['sessions']?.name ?? '';
const Bucket = plan.buckets['files']?.name ?? '';

beforeAll(buildProgram, 60_000);
afterEach(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()));
  await cleanUp();
});

describe('stores without their system', () => {
  test('are written, closed, and read again with the ordinary SDK', async () => {
    const directory = newFolder();
    const first = await open(directory, 'read-write');
    // Expired long ago: it would be gone by the next look for expired items.
    await first.tables.send(new PutCommand({ TableName, Item: { id: 'a', expiry: 1_700_000_000 } }));
    await first.buckets.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' }));
    await first.stores.close();
    const second = await open(directory, 'read');
    const { Items } = await second.tables.send(new ScanCommand({ TableName }));
    expect(Items).toEqual([{ id: 'a', expiry: 1_700_000_000 }]);
    const { Body } = await second.buckets.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await Body?.transformToString()).toBe('text');
  });

  test('opened for reading, they refuse every write', async () => {
    const { tables, buckets } = await open(newFolder(), 'read');
    await expect(tables.send(new PutCommand({ TableName, Item: { id: 'a' } }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(
      buckets.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await tables.send(new GetCommand({ TableName, Key: { id: 'a' } }))).Item).toBeUndefined();
  });

  test('belong to one at a time: a second opening says who has them', async () => {
    const directory = newFolder();
    await open(directory, 'read');
    await expect(openStores({ directory, plan, access: 'read' })).rejects.toMatchObject({
      code: 'ENGINE_RUNNING',
      message: expect.stringContaining(String(process.pid)),
    });
  });

  test('closed, leave the folder free and no process behind', async () => {
    const directory = newFolder();
    const { stores } = await open(directory, 'read');
    const { dynamodbEndpoint = '' } = stores;
    await stores.close();
    await expect(fetch(dynamodbEndpoint)).rejects.toThrow();
    await (await open(directory, 'read')).stores.close();
  });

  test.runIf(process.platform === 'linux')('end with a program that is killed', async () => {
    const directory = newFolder();
    const index = join(import.meta.dirname, '../../../dist/index.js');
    const program = `
      import { openStores } from ${JSON.stringify(index)};
      const stores = await openStores(${JSON.stringify({ directory, plan, access: 'read' })});
      process.stdout.write(stores.dynamodbEndpoint);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(program);
    const [endpoint] = await once(child.stdout, 'data');
    expect((await fetch(String(endpoint), { method: 'POST' })).status).toBe(400);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await processStartedAt(child.pid ?? 0)).toBeUndefined();
    await expect
      .poll(
        () =>
          fetch(String(endpoint)).then(
            () => 'answers',
            () => 'gone',
          ),
        { timeout: 10_000 },
      )
      .toBe('gone');
    await open(directory, 'read');
  });
});
