import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { openStores } from '@breakwater/local';
import type { Plan } from '@breakwater/plan';
import { check } from './check.ts';
import { type Contents, readContents, type StoreClients, type StoreNames } from './contents.ts';
import type { Findings } from './findings.ts';

/** The plan of the system in a folder, as the command line resolves it. */
export async function planOf(directory: string, env: string): Promise<Plan> {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('breakwater/package.json')),
    'dist',
    'cli.js',
  );
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'plan', '--env', env, '--json'], {
    cwd: directory,
    maxBuffer: 64 * 1024 * 1024,
  });
  // What `plan --json` prints.
  return (JSON.parse(stdout) as { readonly plan: Plan }).plan;
}

/** @throws Error when the plan has no such store */
export function storeNames(plan: Plan): StoreNames {
  const name = (stores: Readonly<Record<string, { readonly name: string }>>, key: string): string => {
    const found = stores[key];
    if (found === undefined) throw new Error(`The definition has no store '${key}'.`);
    return found.name;
  };
  return {
    orders: name(plan.tables, 'order-book'),
    ledger: name(plan.tables, 'payment-ledger'),
    payments: name(plan.buckets, 'payment-files'),
    notifications: name(plan.tables, 'notification-log'),
    receipts: name(plan.buckets, 'notification-receipts'),
  };
}

/** Clients of what a local engine has left on disk. */
export interface LocalStores extends StoreClients {
  readonly names: StoreNames;
  close(): Promise<void>;
}

/**
 * Opens what a stopped local engine has left.
 *
 * @param access `read` for a check; a test that plants faults writes them with the same keys
 * @throws Error when there is nothing, or when the engine runs
 */
export async function openLocal(
  directory: string,
  env: string,
  access: 'read' | 'read-write' = 'read',
): Promise<LocalStores> {
  const plan = await planOf(directory, env);
  const folder = join(directory, '.breakwater', 'stores', plan.env);
  if (!existsSync(folder)) throw new Error(`There is nothing to check: ${folder} does not exist.`);
  const { region, credentials, dynamodbEndpoint, s3Endpoint, close } = await openStores({
    directory,
    plan,
    access,
  });
  const at = (endpoint: string | undefined) => ({ region, credentials, ...(endpoint && { endpoint }) });
  return {
    tables: new DynamoDBClient(at(dynamodbEndpoint)),
    buckets: new S3Client(at(s3Endpoint)),
    names: storeNames(plan),
    close,
  };
}

/** Reads what a stopped local engine has left. */
export async function readLocal(directory: string, env: string): Promise<Contents> {
  const stores = await openLocal(directory, env);
  try {
    return await readContents(stores, stores.names);
  } finally {
    await stores.close();
  }
}

/** Checks what a stopped local engine has left. */
export async function checkLocal(
  directory: string,
  env: string,
  accepted: readonly string[] = [],
): Promise<Findings> {
  return check(await readLocal(directory, env), accepted);
}
