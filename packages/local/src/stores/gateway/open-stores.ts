import { randomBytes } from 'node:crypto';
import type { Plan } from '@breakwater/plan';
import { EXAMPLE_ACCOUNT } from '../../environment/service-environment.ts';
import { startGuard } from '../../processes/guard.ts';
import { acquireEngineLock, alreadyRunning } from '../../state/index.ts';
import { startStoreServers } from './start-stores.ts';

export interface OpenStoresOptions {
  /** The system's folder: the one that has `.breakwater` in it, or gets it. */
  readonly directory: string;
  readonly plan: Plan;
  /** What the keys allow, on every table and bucket of the plan. */
  readonly access: 'read' | 'read-write';
}

/** The tables and buckets of a system that does not run. */
export interface OpenStores {
  /** What every AWS SDK reads: Region, endpoints and keys. Holds secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  /** Undefined where the plan has no tables. */
  readonly dynamodbEndpoint: string | undefined;
  /** Undefined where the plan has no buckets. */
  readonly s3Endpoint: string | undefined;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** Ends the servers and gives the folder back. */
  close(): Promise<void>;
}

/** Longest time that a timer takes. Milliseconds. */
const NEVER = 2 ** 31 - 1;

const ALLOWED = {
  read: ['dynamodb:Get*', 'dynamodb:BatchGet*', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:Describe*']
    .concat(['dynamodb:List*', 's3:Get*', 's3:List*'])
    .map((action) => ({ action, resource: '*' })),
  'read-write': ['dynamodb:*', 's3:*'].map((action) => ({ action, resource: '*' })),
} as const;

/**
 * Opens the tables and buckets that a local system keeps on disk, without the system: for checks of what it has left, and for
 * data to begin with. They are reached with the ordinary AWS SDK. Meanwhile the folder is taken as by a running engine, nothing
 * expires, and whatever happens to this process, the servers do not outlive it.
 *
 * @throws EngineError ENGINE_RUNNING while the system runs; whatever keeps the servers from starting
 *
 * @example
 * const stores = await openStores({ directory: '.', plan, access: 'read' });
 * const { region, credentials, dynamodbEndpoint: endpoint } = stores;
 * const dynamodb = new DynamoDBClient({ region, credentials, endpoint });
 * // …
 * await stores.close();
 */
export async function openStores(options: OpenStoresOptions): Promise<OpenStores> {
  const { directory, plan, access } = options;
  const locked = await acquireEngineLock(directory);
  if (locked.state === 'failed') throw locked.error;
  if (locked.state === 'running') throw alreadyRunning(directory, locked.pid, locked.engine?.url ?? null);
  const { lock } = locked;
  const closing: (() => Promise<unknown>)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    // The last that was opened is closed first.
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const { engineId, layout } = lock;
    const guard = await startGuard({ engineId, registryFile: layout.processes, onWarning() {} });
    closing.push(() => guard.stop());
    const account = plan.account ?? EXAMPLE_ACCOUNT;
    const { stores, servers, endpoints } = await startStoreServers({
      plan,
      account,
      directory: layout.stores,
      engineId,
      guard,
      ttl: { delayMs: NEVER, sweepMs: NEVER },
      // What a server says before it fails is in the error.
      onLog() {},
      onEvent() {},
      onMessage() {},
    });
    closing.push(() => Promise.all([...stores.values()].map((store) => store.stop())));
    const credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
    };
    const principal = {
      ...credentials,
      expiresAt: Number.MAX_SAFE_INTEGER,
      arn: `arn:aws:sts::${account}:assumed-role/breakwater-open-stores/${process.pid}`,
      allowed: ALLOWED[access],
    };
    await Promise.all(servers.map((server) => server.begin(principal)));
    return {
      environment: {
        AWS_REGION: plan.region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
        ...endpoints,
      },
      region: plan.region,
      dynamodbEndpoint: endpoints['AWS_ENDPOINT_URL_DYNAMODB'],
      s3Endpoint: endpoints['AWS_ENDPOINT_URL_S3'],
      credentials,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
