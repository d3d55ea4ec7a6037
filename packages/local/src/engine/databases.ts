import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import type { StoreState } from '@breakwater/protocol';
import type { DatabaseConnection } from '../environment/service-environment.ts';
import type { Guard, PortAllocator } from '../processes/index.ts';
import { isRunning, processStartedAt } from '../processes/index.ts';
import { useExternalPostgres } from '../stores/postgres/external-postgres.ts';
import { type PostgresStore, startPostgres } from '../stores/postgres/start-postgres.ts';

/** What starting the databases needs of the engine. */
export interface DatabasesOptions {
  readonly plan: Plan;
  /** `.breakwater/stores` */
  readonly directory: string;
  readonly engineId: string;
  readonly guard: Guard;
  readonly ports: PortAllocator;
  readonly urls: Readonly<Record<string, string>>;
  /** Whether servers of ours refuse connections without TLS. */
  readonly requireTls: boolean;
  readonly onLog: (store: string, line: string) => void;
  readonly onState: (store: string, state: StoreState, problem: string | null) => void;
}

/** Starts every database of the plan, or connects to those that the user brought. */
export async function startDatabases(options: DatabasesOptions): Promise<ReadonlyMap<string, PostgresStore>> {
  const { plan, urls, engineId, guard } = options;
  const stores = new Map<string, PostgresStore>();
  const starting = Object.values(plan.databases).map(async (database) => {
    const { key } = database;
    const url = urls[key];
    const watched = new Set<number>();
    const onState = (state: StoreState, problem: string | null): void => {
      const pid = stores.get(key)?.snapshot().pid ?? null;
      if (pid !== null && !watched.has(pid)) {
        watched.add(pid);
        void guardStore(guard, key, pid);
      }
      options.onState(key, state, problem);
    };
    if (url !== undefined) {
      stores.set(key, await useExternalPostgres({ key, url, onState }));
      return;
    }
    const secret = plan.secrets[database.secret];
    const store = await startPostgres({
      key,
      plan: database,
      directory: join(options.directory, plan.env, key),
      marker: { engineId, store: key },
      ...(secret?.kind === 'generated'
        ? { username: secret.username, passwordLength: secret.passwordLength }
        : {}),
      ports: options.ports,
      requireTls: options.requireTls,
      onLog: (line) => options.onLog(key, line),
      onState,
    });
    stores.set(key, store);
    const { pid } = store.snapshot();
    if (pid !== null) await guardStore(guard, key, pid);
  });
  const results = await Promise.allSettled(starting);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.allSettled([...stores.values()].map((store) => store.stop()));
    throw failed.reason;
  }
  return stores;
}

/** Tells the guard of a server; again after each restart, when it has another number. */
async function guardStore(guard: Guard, name: string, pid: number): Promise<void> {
  const startedAt = await processStartedAt(pid);
  if (startedAt !== undefined && (await isRunning({ pid, startedAt }))) {
    guard.watch({ kind: 'store', name, pid, startedAt });
  }
}

/** How tasks reach a database. */
export function connectionOf(store: PostgresStore): DatabaseConnection {
  const fields = store.connectionFields();
  const { host = '', port = '', dbname = '', username = '', password = '', sslmode } = fields;
  const { caFile } = store;
  // Our own certificate is for 127.0.0.1, so a client can check all of it.
  const sslMode = sslmode ?? (caFile === null ? null : 'verify-full');
  return { host, port: Number(port), name: dbname, username, password, sslMode, caFile };
}
