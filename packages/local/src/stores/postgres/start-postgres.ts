import { resolve } from 'node:path';
import type { DatabasePlan } from '@breakwater/plan';
import type { StoreState } from '@breakwater/protocol';
import type { ProcessMarker } from '../../processes/marker.ts';
import type { PortAllocator } from '../../processes/ports.ts';
import { EngineError } from '../../state/engine-error.ts';
import type { Store } from '../store.ts';
import { makeFolder, openCluster, readLastPort, writeLastPort } from './cluster.ts';
import { SUPERUSER } from './configuration.ts';
import { LocalPostgres } from './local-postgres.ts';
import { claimFolder } from './owner.ts';
import { choosePort, isFree } from './ports.ts';

/** How a database of the plan is to run here. */
export interface PostgresOptions {
  readonly key: string;
  readonly plan: Pick<DatabasePlan, 'databaseName' | 'capacity'>;
  /** The store's own folder, `…/.breakwater/stores/<env>/<key>`; made when missing. */
  readonly directory: string;
  readonly marker: ProcessMarker;
  /** The master user, from the plan's secret; default `postgres`. `admin` and `rdsadmin` belong to AWS. */
  readonly username?: string;
  /** Length of a new password; default 32. */
  readonly passwordLength?: number;
  /** Default: the port of last time if it is free, else any free one. */
  readonly port?: number;
  /** Where the server's port comes from when none is given: claimed, so that no other engine takes it. Default: any free one. */
  readonly ports?: Pick<PortAllocator, 'next' | 'take'>;
  /** Encrypted connections only, by a certificate of our own; default false. */
  readonly requireTls?: boolean;
  /** Pauses before a server that ended by itself is started again, as many as tries; default 0 to 5 s, six tries. */
  readonly restartPausesMs?: readonly number[];
  /** A line of the server's log, without passwords. */
  readonly onLog: (line: string) => void;
  /** Called at every change. `problem` is for people, null when there is none. */
  readonly onState: (state: StoreState, problem: string | null) => void;
}

/** A database that tasks can connect to. */
export interface PostgresStore extends Store {
  readonly kind: 'postgresql';
  readonly host: string;
  /** Never changes while the store lives. */
  readonly port: number;
  readonly databaseName: string;
  readonly username: string;
  /** File with the certificate that signed the server's; null without TLS. */
  readonly caFile: string | null;
}

/**
 * Starts a PostgreSQL server for a database of the plan, and returns when it can be used: data directory, user and
 * database are made when they are missing. A server that ends by itself is started again. Nothing is ever deleted.
 *
 * @throws {EngineError} `STORE_VERSION`, `STORE_DAMAGED`, `STORE_FAILED`, `CONFLICT` (in use), `PORT_IN_USE`,
 * `FOLDER_NOT_WRITABLE`, `BAD_REQUEST` (user name).
 */
export async function startPostgres(given: PostgresOptions): Promise<PostgresStore> {
  const options = { ...given, directory: resolve(given.directory) };
  checkUsername(options.username ?? 'postgres');
  const wantedPort = options.port ?? null;
  await makeFolder(options.directory);
  const release = await claimFolder(options.directory);
  try {
    if (wantedPort !== null && !(await isFree(wantedPort))) throw portTaken(wantedPort);
    const cluster = await openCluster(options);
    let port = wantedPort ?? (await choosePort(options.ports, await readLastPort(options.directory)));
    for (let attempt = 1; ; attempt += 1) {
      const store = new LocalPostgres(options, cluster, port, release);
      try {
        await store.startFirst();
        await writeLastPort(options.directory, port);
        return store;
      } catch (error) {
        // Between our look and the server's, somebody else may have taken the port.
        const again = error instanceof EngineError && error.code === 'PORT_IN_USE' && wantedPort === null;
        if (!again || attempt === 3) throw error;
        port = await choosePort(options.ports, null);
      }
    }
  } catch (error) {
    await release();
    throw error;
  }
}

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html, `MasterUsername`. */
function checkUsername(username: string): void {
  const reserved = username === 'admin' || username === SUPERUSER || username.startsWith('pg_');
  if (/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(username) && !reserved) return;
  throw new EngineError(
    'BAD_REQUEST',
    `The database's user name ${JSON.stringify(username)} cannot be used: ${reserved ? 'it is reserved' : 'it must be a letter followed by letters, digits and underscores, at most 63'}.`,
    'Give the secret another user name, such as postgres.',
  );
}

function portTaken(port: number): EngineError {
  return new EngineError(
    'PORT_IN_USE',
    `Port ${port} on 127.0.0.1, where the database should listen, is taken by another program.`,
    'Stop that program, or let the engine choose the port.',
  );
}
