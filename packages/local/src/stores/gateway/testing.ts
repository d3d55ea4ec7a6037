import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bucket, type Definition, type Plan, resolve, table } from '@breakwater/plan';
import { createMetadataServer, type MetadataServer } from '../../tasks/metadata-server.ts';
import type { Store } from '../store.ts';
import { type ServerStores, type ServerStoresOptions, startServerStores } from './start-stores.ts';

const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));

/** The servers run as the package's built program: brings it up to the sources. For `beforeAll`. */
export function buildProgram(): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b', join(ROOT, 'packages/local')]);
}

export const ACCOUNT = '123456789012';

/** `orders` has `book`, `old` and `files`; `other` has `ledger` and `private`; `reader` may read `book` and write `files`. */
export function samplePlan(stores: Definition['stores'] = {}): Plan {
  const service = (uses: Definition['services'][string]['uses']) => ({
    image: './x',
    port: 80,
    uses: uses ?? [],
  });
  const { plan, diagnostics } = resolve(
    {
      name: 'sample',
      region: 'us-east-1',
      stores: {
        book: table({
          partitionKey: 'pk',
          sortKey: 'sk',
          indexes: { 'by-state': { partitionKey: 'state', sortKey: { name: 'at', type: 'number' } } },
        }),
        sessions: table({ partitionKey: 'id', ttl: 'expiry' }),
        files: bucket(),
        ledger: table({ partitionKey: 'id' }),
        private: bucket(),
        ...stores,
      },
      services: {
        orders: service(['book', 'sessions', 'files']),
        other: service(['ledger', 'private']),
        reader: service({ book: { access: 'read' }, files: { access: 'write' } }),
      },
    },
    { env: 'test' },
  );
  if (plan === null)
    throw new Error(diagnostics.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return plan;
}

export interface TestStores extends ServerStores {
  readonly directory: string;
  readonly events: readonly string[];
  store(key: string): Store;
  /** Variables of a new task of a service. */
  task(service: string, id?: string): Promise<Readonly<Record<string, string>>>;
  clients(service: string, id?: string): Promise<Clients>;
  stop(): Promise<void>;
}

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly document: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly keys: Keys;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const open: TestStores[] = [];
const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-stores-'));
  folders.push(folder);
  return folder;
}

/** Ends what was started. For `afterEach` or `afterAll`. */
export async function cleanUp(): Promise<void> {
  await Promise.all(open.splice(0).map((one) => one.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Starts the servers of a plan as the engine does. */
export async function startStores(
  options: Partial<ServerStoresOptions> & { readonly directory?: string } = {},
): Promise<TestStores> {
  const directory = options.directory ?? newFolder();
  const events: string[] = [];
  const metadata: MetadataServer = await createMetadataServer();
  const plan = options.plan ?? samplePlan();
  const started = await startServerStores({
    plan,
    account: ACCOUNT,
    directory,
    engineId: `test-${Math.random().toString(16).slice(2)}`,
    guard: { watch() {}, forget() {} },
    metadata,
    timeScale: 1,
    onLog: (store, line) => events.push(`log ${store}: ${line}`),
    onEvent: (_store, _state, message) => events.push(message),
    onMessage: (message) => events.push(message),
    ...options,
  }).catch(async (error: unknown) => {
    await metadata.close();
    throw error;
  });
  let tasks = 0;
  const stores: TestStores = {
    ...started,
    directory,
    events,
    store(key) {
      const found = started.stores.get(key);
      if (found === undefined) throw new Error(`no store ${key}`);
      return found;
    },
    async task(service, id) {
      tasks += 1;
      return (await started.credentials?.issue(service, id ?? `task-${tasks}`)) ?? {};
    },
    async clients(service, id) {
      const environment = await stores.task(service, id);
      return clientsOf(environment);
    },
    async stop() {
      await Promise.all([...started.stores.values()].map((store) => store.stop()));
      await metadata.close();
    },
  };
  open.push(stores);
  return stores;
}

/** Clients with the keys that the task's endpoint gives. */
export async function clientsOf(environment: Readonly<Record<string, string>>): Promise<Clients> {
  const response = await fetch(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
    headers: { authorization: environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' },
  });
  // What the container credentials provider reads.
  const answer = (await response.json()) as Record<'AccessKeyId' | 'SecretAccessKey' | 'Token', string>;
  const keys = {
    accessKeyId: answer.AccessKeyId,
    secretAccessKey: answer.SecretAccessKey,
    sessionToken: answer.Token,
  };
  return { ...clientsFor(environment, keys), keys, environment };
}

export function clientsFor(
  environment: Readonly<Record<string, string>>,
  credentials: Keys,
): Pick<Clients, 'dynamodb' | 'document' | 's3'> {
  const common = { region: 'us-east-1', credentials, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient({
    ...common,
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
  });
  return {
    dynamodb,
    document: DynamoDBDocumentClient.from(dynamodb),
    s3: new S3Client({ ...common, endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? '' }),
  };
}
