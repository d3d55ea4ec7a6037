import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bucket, type Plan, table } from '@breakwater/plan';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram } from '../../src/stores/gateway/testing.ts';
import { bundleEngine } from './bundle.ts';
import { cleanUpAfterEach, createProject, eventually, type Project, planOf, startReady } from './harness.ts';

cleanUpAfterEach();

/** Uses the AWS SDK as on ECS: no settings of its own. */
const SERVICE = `
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const dynamodb = new DynamoDBClient();
const s3 = new S3Client();
const { BOOK_TABLE: TableName, FILES_BUCKET: Bucket } = process.env;
const name = (error) => error.name;
const work = {
  '/health': async () => 'ok',
  '/write': async (value) => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: 'one' }, value: { S: value } } }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b.txt', Body: value }));
    return 'written';
  },
  '/read': async () => {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: 'one' } } }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b.txt' }));
    return [Item?.value.S, await Body.transformToString()];
  },
  '/foreign': () => Promise.all([
    dynamodb.send(new GetItemCommand({ TableName: 'ledger-table-test', Key: { id: { S: '1' } } })).catch(name),
    s3.send(new GetObjectCommand({ Bucket: process.env.FOREIGN_BUCKET, Key: '1' })).catch(name),
  ]),
  '/keys': async () => ({ ...(await dynamodb.config.credentials()), expiration: undefined, endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB }),
};
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  work[pathname](searchParams.get('value')).then(
    (answer) => response.end(JSON.stringify(answer)),
    (error) => response.writeHead(500).end(error.stack),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

function project(): Project {
  const made = createProject();
  made.write('web/server.mjs', SERVICE);
  symlinkSync(MODULES, join(made.directory, 'node_modules'));
  return made;
}

function plan(): Plan {
  const made = planOf(
    {
      scaling: { tasks: 1 },
      uses: ['book', 'files'],
      environment: { FOREIGN_BUCKET: 'sample-private-test' },
    },
    {
      stores: {
        book: table({ partitionKey: 'id' }),
        files: bucket(),
        ledger: table({ partitionKey: 'id' }),
        private: bucket(),
      },
    },
  );
  return made;
}

beforeAll(buildProgram, 60_000);

test('a service uses its table and its bucket with the SDK alone, and is refused those of others', async () => {
  const running = await startReady(project(), plan());
  expect(await running.get('/write?value=first')).toBe('"written"');
  expect(await running.get('/read')).toBe('["first","first"]');
  expect(await running.get('/foreign')).toBe('["AccessDeniedException","AccessDenied"]');
  expect(running.engine.snapshot().stores.map(({ name, kind, state }) => `${name} ${kind} ${state}`)).toEqual(
    ['book dynamodb running', 'ledger dynamodb running', 'files s3 running', 'private s3 running'],
  );
  await expect
    .poll(() =>
      running.events.filter(
        ({ kind, message }) => kind === 'store' && message.includes('not authorized to perform'),
      ),
    )
    .toHaveLength(1);

  await running.control('/v1/chaos', { action: 'stop-database', database: 'book' });
  expect(running.engine.snapshot().stores[0]).toMatchObject({ name: 'book', state: 'stopped' });
  await running.control('/v1/chaos', { action: 'start-database', database: 'book' });
  expect(await running.get('/read')).toBe('["first","first"]');
});

test('keys end with their task, and the next task has its own', async () => {
  const running = await startReady(project(), plan());
  type TaskKeys = { accessKeyId: string; secretAccessKey: string; sessionToken: string; endpoint: string };
  const keys = JSON.parse(await running.get('/keys')) as TaskKeys; // As the service writes it.
  const [task] = running.engine.snapshot().tasks;
  await running.control('/v1/chaos', { action: 'kill-task', task: task?.id });
  await eventually(
    () => running.get('/keys').catch(() => ''),
    (now) => now.includes('"accessKeyId"') && !now.includes(keys.accessKeyId),
  );
  const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const old = new DynamoDBClient({
    endpoint: keys.endpoint,
    region: 'eu-south-1',
    credentials: keys,
    maxAttempts: 1,
  });
  await expect(old.send(new ScanCommand({ TableName: 'book' }))).rejects.toMatchObject({
    name: 'ExpiredTokenException',
  });
});

test('two systems side by side have stores of their own, and data outlives the engine', async () => {
  const [here, there] = [project(), project()];
  const [first, second] = await Promise.all([startReady(here, plan()), startReady(there, plan())]);
  await Promise.all([first.get('/write?value=here'), second.get('/write?value=there')]);
  expect(await Promise.all([first.get('/read'), second.get('/read')])).toEqual([
    '["here","here"]',
    '["there","there"]',
  ]);
  await first.engine.stop();
  const again = await startReady(here, plan());
  expect(await again.get('/read')).toBe('["here","here"]');
});

test('nothing of the stores outlives an engine that is killed, but what they had acknowledged', async () => {
  const bundle = await bundleEngine();
  try {
    const made = project();
    const engine = bundle.launch({ plan: plan(), directory: made.directory, watch: false });
    await expect.poll(() => engine.output(), { timeout: 15_000 }).toContain('ready');
    // What the guard would end: the file has every process of the engine.
    const { processes } = JSON.parse(made.read('.breakwater/run/processes.json')) as {
      processes: { kind: string; pid: number }[];
    };
    const stores = processes.filter(({ kind }) => kind === 'store').map(({ pid }) => pid);
    expect(stores).toHaveLength(2);
    // The engine's own file.
    const { url } = JSON.parse(made.read('.breakwater/engine.json')) as { readonly url: string };
    expect(await (await fetch(`${url}/write?value=kept`)).text()).toBe('"written"');
    engine.child.kill('SIGKILL');
    const alive = () =>
      stores.filter((pid) => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      });
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
    const next = await startReady(made, plan());
    expect(await next.get('/read')).toBe('["kept","kept"]');
  } finally {
    bundle.dispose();
  }
});

test('a server is started only where the definition has a use for it', async () => {
  const kindsOf = async (stores: NonNullable<Parameters<typeof planOf>[1]>['stores']) => {
    const made = createProject();
    const running = await startReady(made, planOf({ scaling: { tasks: 1 } }, stores ? { stores } : {}));
    // Every process of the engine.
    const { processes } = JSON.parse(made.read('.breakwater/run/processes.json')) as {
      processes: { kind: string; name: string }[];
    };
    await running.engine.stop();
    return processes.filter(({ kind }) => kind === 'store').map(({ name }) => name);
  };
  expect(await kindsOf(undefined)).toEqual([]);
  expect(await kindsOf({ book: table({ partitionKey: 'id' }) })).toEqual(['_dynamodb']);
  expect(await kindsOf({ files: bucket() })).toEqual(['_s3']);
});
