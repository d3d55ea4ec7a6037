import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '@breakwater/plan';
import { check } from './check.ts';
import { type Contents, readContents, type StoreNames } from './contents.ts';
import type { Findings } from './findings.ts';
import { openLocalStores } from './local-stores.ts';

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

/** Reads what a stopped local engine has left. */
export async function readLocal(directory: string, env: string): Promise<Contents> {
  const plan = await planOf(directory, env);
  const stores = await openLocalStores(directory, plan);
  try {
    return await readContents(stores, storeNames(plan));
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
