// What the tests of this folder share; in no build's exports.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { StoreState } from '@breakwater/protocol';
import pg from 'pg';
import { EngineError } from '../../state/engine-error.ts';
import { killServerProcesses } from './leftovers.ts';
import { type PostgresOptions, type PostgresStore, startPostgres } from './start-postgres.ts';

/** A folder like a project's, which other users may enter; `remove` ends whatever runs on it first. */
export async function createProject(): Promise<{ directory: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
  await chmod(root, 0o755);
  const directory = join(root, '.breakwater', 'stores', 'dev', 'products');
  return {
    directory,
    remove: async () => {
      await killServerProcesses(join(directory, 'data'));
      await rm(root, { recursive: true, force: true });
    },
  };
}

export interface Recorded {
  readonly options: PostgresOptions;
  readonly log: string[];
  readonly states: { readonly state: StoreState; readonly problem: string | null }[];
}

/** Options for a store, and what it will say. */
export function recordStore(directory: string, more: Partial<PostgresOptions> = {}): Recorded {
  const log: string[] = [];
  const states: Recorded['states'] = [];
  const options: PostgresOptions = {
    key: 'products',
    plan: { databaseName: 'productdb', capacity: { kind: 'serverless-v2', minimumAcu: 0.5, maximumAcu: 2 } },
    directory,
    marker: { engineId: 'test-engine', store: 'products' },
    onLog: (line) => log.push(line),
    onState: (state, problem) => states.push({ state, problem }),
    ...more,
  };
  return { options, log, states };
}

/** A project's folder and the stores that a test starts in it. */
export interface Harness {
  readonly directory: string;
  start(more?: Partial<PostgresOptions>): Promise<Recorded & { readonly store: PostgresStore }>;
  /** The error that a start ends in. */
  startError(more?: Partial<PostgresOptions>): Promise<EngineError>;
  /** Stops the stores and removes the folder. */
  close(): Promise<void>;
}

/** Makes a {@link Harness}; a test closes it, whatever happens. */
export async function createHarness(): Promise<Harness> {
  const { directory, remove } = await createProject();
  const opened: PostgresStore[] = [];
  const start: Harness['start'] = async (more) => {
    const recorded = recordStore(directory, more);
    const store = await startPostgres(recorded.options);
    opened.push(store);
    return { store, ...recorded };
  };
  return {
    directory,
    start,
    startError: async (more) => {
      const result = await start(more).catch((error: unknown) => error);
      if (result instanceof EngineError) return result;
      throw new Error('the start should have failed with an EngineError', { cause: result });
    },
    close: async () => {
      for (const store of opened) await store.stop();
      await remove();
    },
  };
}

/** Client options of a store, as a task would make them. */
export function clientOptions(store: PostgresStore): pg.ClientConfig {
  const fields = store.connectionFields();
  return {
    host: fields['host'] ?? '',
    port: Number(fields['port']),
    database: fields['dbname'] ?? '',
    user: fields['username'] ?? '',
    password: fields['password'] ?? '',
  };
}

/** A connected client whose broken connection is no uncaught error. */
export async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Runs one statement on a connection of its own and returns its rows. */
export async function query(
  config: pg.ClientConfig,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = await connect(config);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Bundles TypeScript that imports from this folder, for a plain Node process: one that is killed, or another user's. */
export async function bundleScript(outfile: string, contents: string): Promise<void> {
  // Loaded here: what is bundled imports this file, and does not bundle in turn.
  const { build } = await import('esbuild');
  const resolveDir = dirname(fileURLToPath(import.meta.url));
  await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native', 'selfsigned', 'esbuild'],
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(resolveDir, 'binaries.ts')).href) },
    outfile,
    logLevel: 'error',
  });
}
