import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import type { StoreState } from '@breakwater/protocol';
import type { Guard } from '../../processes/guard.ts';
import type { PortAllocator } from '../../processes/ports.ts';
import { EngineError } from '../../state/engine-error.ts';
import type { MetadataServer } from '../../tasks/metadata-server.ts';
import type { Store } from '../store.ts';
import type { ServerEvent, ServerSettings } from './protocol.ts';
import { createServerStore } from './server-store.ts';
import { createStoreServer, type StoreServer } from './store-server.ts';
import { createTaskCredentials, type TaskCredentials } from './task-credentials.ts';

/**
 * From an item's expiry to its deletion, in the engine's time. Long enough that a service which takes expired items for live
 * ones is caught, short enough to see the deletion. On AWS it is typically within a few days.
 */
export const TTL_DELETION_DELAY_MS = 10 * 60_000;
/** Between two looks for expired items, in the engine's time. */
export const TTL_SWEEP_MS = 60_000;
/** The same refusal is told once in this time; a service that retries would fill the log. */
const REPEAT_REFUSAL_MS = 10_000;

/** What the servers are started with. */
export interface StoreServersOptions {
  readonly plan: Plan;
  readonly account: string;
  /** `.breakwater/stores` */
  readonly directory: string;
  readonly engineId: string;
  readonly guard: Pick<Guard, 'watch' | 'forget'>;
  /** Where the servers' ports come from; default: any that are free. */
  readonly ports?: Pick<PortAllocator, 'next'>;
  /** From an item's expiry to its deletion, and between two looks for such items. Real milliseconds. */
  readonly ttl: ServerSettings['ttl'];
  readonly onLog: (store: string, line: string) => void;
  /** A store's change of state, or something that happened to it. */
  readonly onEvent: (store: string, state: StoreState, message: string) => void;
  /** Told what was refused and belongs to no store of the plan. */
  readonly onMessage: (message: string) => void;
}

export interface StoreServers {
  readonly stores: ReadonlyMap<string, Store>;
  /** None for a system without tables and buckets. */
  readonly servers: readonly StoreServer[];
  /** `AWS_ENDPOINT_URL_…` */
  readonly endpoints: Readonly<Record<string, string>>;
}

export interface ServerStoresOptions extends Omit<StoreServersOptions, 'ttl'> {
  readonly metadata: Pick<MetadataServer, 'registerCredentials'>;
  readonly timeScale: number;
}

export interface ServerStores {
  readonly stores: ReadonlyMap<string, Store>;
  /** Null for a system without tables and buckets. */
  readonly credentials: TaskCredentials | null;
}

/** Starts the stores of a running system, with keys for its tasks. @throws EngineError */
export async function startServerStores(options: ServerStoresOptions): Promise<ServerStores> {
  const { plan, account, metadata, timeScale } = options;
  const ttl = { delayMs: TTL_DELETION_DELAY_MS / timeScale, sweepMs: TTL_SWEEP_MS / timeScale };
  const { stores, servers, endpoints } = await startStoreServers({ ...options, ttl });
  const credentials =
    servers.length === 0 ? null : createTaskCredentials({ plan, account, servers, metadata, endpoints });
  return { stores, credentials };
}

/** Starts a server for the tables of a plan, and one for its buckets, where it has some. @throws EngineError */
export async function startStoreServers(options: StoreServersOptions): Promise<StoreServers> {
  const { plan, account } = options;
  const buckets = Object.values(plan.buckets).filter(({ purpose }) => purpose === 'store');
  const tables = Object.values(plan.tables);
  const stores = new Map<string, Store>();
  const endpoints: Record<string, string> = {};
  const common = {
    region: plan.region,
    account,
    tables: tables.map(({ key, name, partitionKey, sortKey, indexes, ttlAttribute }) => ({
      key,
      name,
      partitionKey,
      sortKey,
      indexes,
      ttlAttribute,
    })),
    buckets: buckets.map(({ key, name }) => ({ key, name })),
    ttl: options.ttl,
  };
  const kinds = [
    { kind: 'dynamodb', list: tables },
    { kind: 's3', list: buckets },
  ] as const;
  const open = async ({ kind, list }: (typeof kinds)[number]): Promise<StoreServer | null> => {
    if (list.length === 0) return null;
    const keys = list.map(({ key }) => key);
    return startServer(() => createServer(options, kind, keys, common, stores));
  };
  const opened = await Promise.allSettled(kinds.map(open));
  const servers = opened.flatMap((one) =>
    one.status === 'fulfilled' && one.value !== null ? [one.value] : [],
  );
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.allSettled(servers.map((server) => server.stop()));
    throw failed.reason;
  }
  for (const [at, { kind, list }] of kinds.entries()) {
    const one = opened[at];
    const server = one?.status === 'fulfilled' ? one.value : null;
    if (server === null) continue;
    for (const { key, name } of list) stores.set(key, createServerStore(kind, key, name, server));
    endpoints[`AWS_ENDPOINT_URL_${kind.toUpperCase()}`] = server.endpoint;
  }
  return { stores, servers, endpoints };
}

/** Starts a server; on another port when somebody took its own between our look and its listening. */
async function startServer(create: () => Promise<StoreServer>): Promise<StoreServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await create();
    try {
      await server.start();
      return server;
    } catch (error) {
      if (attempt === 3 || !(error instanceof EngineError && error.code === 'PORT_IN_USE')) throw error;
    }
  }
}

function createServer(
  options: StoreServersOptions,
  kind: ServerSettings['kind'],
  keys: readonly string[],
  common: Omit<ServerSettings, 'kind' | 'directory' | 'port' | 'token'>,
  stores: ReadonlyMap<string, Store>,
): Promise<StoreServer> {
  const { plan, engineId, guard, ports } = options;
  const told = new Map<string, number>();
  // No store of a definition has an underscore in its name.
  const name = `_${kind}`;
  return createStoreServer({
    settings: { kind, directory: join(options.directory, plan.env, name), ...common },
    marker: { engineId, store: name },
    guard,
    ...(ports === undefined ? {} : { ports }),
    onLog: (line) => options.onLog(keys[0] ?? name, line),
    onState(state, problem) {
      for (const key of keys)
        options.onEvent(key, state, `${key} is ${state}${problem === null ? '' : `: ${problem}`}`);
    },
    onEvent(event) {
      const message = describe(event);
      const now = Date.now();
      if (now - (told.get(message) ?? 0) < REPEAT_REFUSAL_MS) return;
      if (told.size > 1_000) told.clear();
      told.set(message, now);
      const state = stores.get(event.store ?? '')?.snapshot().state;
      if (event.store === null || state === undefined) options.onMessage(message);
      else options.onEvent(event.store, state, message);
    },
  });
}

function describe(event: Extract<ServerEvent, { kind: 'refused' | 'expired' }>): string {
  if (event.kind === 'refused') return event.message;
  return `${event.store}: Time to Live deleted ${event.items === 1 ? 'an item' : `${event.items} items`}.`;
}
