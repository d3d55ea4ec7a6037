import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Plan } from '@breakwater/plan';
import type { StoreClients } from './contents.ts';

export interface OpenStores extends StoreClients {
  close(): Promise<void>;
}

const region = 'us-east-1';
const eventPrefix = '@breakwater ';

/**
 * Opens what a local engine has left on disk, with keys that may only read. The engine must have stopped.
 *
 * @param directory the system's folder, with `.breakwater` in it
 * @throws Error when there is nothing, or when the engine runs
 */
export async function openLocalStores(directory: string, plan: Plan): Promise<OpenStores> {
  const credentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(30).toString('base64'),
  };
  const principal = {
    ...credentials,
    expiresAt: Date.now() + 3_600_000,
    arn: 'arn:aws:sts::123456789012:assumed-role/checker/checker',
    allowed: ['dynamodb:Scan', 's3:ListBucket', 's3:GetObject'].map((action) => ({ action, resource: '*' })),
  };
  const tables = await startServer('dynamodb', directory, plan, principal);
  const buckets = await startServer('s3', directory, plan, principal).catch(async (error: unknown) => {
    await tables.close();
    throw error;
  });
  return {
    tables: new DynamoDBClient({ region, credentials, endpoint: tables.endpoint }),
    buckets: new S3Client({ region, credentials, endpoint: buckets.endpoint, forcePathStyle: true }),
    close: async () => void (await Promise.all([tables.close(), buckets.close()])),
  };
}

async function startServer(
  kind: 'dynamodb' | 's3',
  directory: string,
  plan: Plan,
  principal: object,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const folder = join(directory, '.breakwater', 'stores', plan.env, `_${kind}`);
  if (!existsSync(folder)) throw new Error(`There is nothing to check: ${folder} does not exist.`);
  const port = await freePort();
  const token = randomBytes(32).toString('base64url');
  const settings = {
    kind,
    directory: folder,
    port,
    token,
    region,
    account: '123456789012',
    tables: Object.values(plan.tables),
    buckets: Object.values(plan.buckets).filter(({ purpose }) => purpose === 'store'),
    // Nothing expires while it is looked at.
    ttl: { delayMs: 2 ** 31 - 1, sweepMs: 2 ** 31 - 1 },
  };
  const program = createRequire(import.meta.url).resolve('@breakwater/local/store-server');
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], BREAKWATER_STORE_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const said = new Promise<{ readonly kind: string; readonly message?: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The engine's own program writes it.
      if (line.startsWith(eventPrefix))
        resolve(JSON.parse(line.slice(eventPrefix.length)) as { kind: string });
    });
    void ended.then(() => resolve({ kind: 'ended', message: `The server of ${folder} ended.` }));
  });
  const { kind: first, message } = await said;
  if (first !== 'listening') {
    await close();
    throw new Error(`${message ?? first} Is the engine still running? Stop it with \`breakwater stop\`.`);
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const response = await fetch(`${endpoint}/_breakwater/settings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ begin: [principal] }),
  });
  if (response.status !== 204) {
    await close();
    throw new Error(`The server of ${folder} takes no keys (${response.status}).`);
  }
  return { endpoint, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
