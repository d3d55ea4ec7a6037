import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseConfig } from '../config.ts';
import {
  breaksConnection,
  DatabaseUnavailable,
  failureKind,
  isCrowded,
  isLostConnection,
  mayHaveBeenDone,
} from './failure.ts';

/** One SQL statement. With a `name` it is prepared once per connection; columns come back as text, in order. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** A row as PostgreSQL wrote it: text or null per column. */
export type Row = readonly (string | null)[];

/**
 * The connection pool, and the one rule about repeating: reads may be, writes may not.
 * Every method rejects with `DatabaseUnavailable` when the database is away or slow.
 */
export interface Database {
  /** Runs a statement that changes nothing; repeats it once if its connection turns out to be lost. */
  read(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs a statement that changes something, once. It is committed when the promise resolves. */
  write(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Lends a connection. It is closed rather than kept when what failed on it has spoilt it. */
  withClient<T>(use: (client: pg.ClientBase) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** No parsing: the stores say themselves what a column is. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: string) => value };

/** Beyond this many waiting requests, another one would wait for nothing but its timeout. */
const maxWaiting = 1000;

/** A read that failed later than this is not repeated: its client has waited long enough. Milliseconds. */
const repeatWithin = 1000;

/** Pause before asking again a server whose connections are all taken. Milliseconds. */
const crowdedPause = 50;

/** Opens a pool. Nothing is connected before the first use, and no failure of the server is thrown outside a call. */
export function openDatabase(
  config: DatabaseConfig,
  applicationName: string,
  onIdleError: (error: Error) => void,
): Database {
  const pool = new pg.Pool({
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user,
    password: config.password,
    ssl: config.ssl,
    application_name: applicationName,
    max: config.poolSize,
    connectionTimeoutMillis: config.connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    // A failover of the database moves its name to another address: connections must not live for ever.
    maxLifetimeSeconds: 1800,
    keepAlive: true,
    // The server gives up first; the client's own limit is for a server that does not even answer.
    statement_timeout: config.statementTimeoutMs,
    lock_timeout: config.statementTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
    query_timeout: config.statementTimeoutMs + 500,
  });
  pool.on('error', onIdleError);

  /** Nothing has been sent when this fails. */
  async function connect(): Promise<pg.PoolClient> {
    if (pool.waitingCount >= maxWaiting) {
      throw new DatabaseUnavailable(
        new Error('Too many requests wait for a connection to the database.'),
        false,
      );
    }
    const start = performance.now();
    for (;;) {
      try {
        return await pool.connect();
      } catch (error) {
        if (!isCrowded(error) || performance.now() - start > config.connectTimeoutMs) {
          throw new DatabaseUnavailable(error, false);
        }
      }
      // By then another request may have given back a connection of ours.
      await sleep(crowdedPause);
    }
  }

  async function withClient<T>(use: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = await connect();
    // While a connection is lent, its errors come here as well as to the statement; unheard, they would end the process.
    client.on('error', ignore);
    try {
      const result = await use(client);
      client.off('error', ignore);
      client.release();
      return result;
    } catch (error) {
      client.off('error', ignore);
      client.release(breaksConnection(error));
      throw failureKind(error) === 'unavailable'
        ? new DatabaseUnavailable(error, mayHaveBeenDone(error))
        : error;
    }
  }

  async function run(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    return withClient(async (client) => {
      const result = await client.query<(string | null)[]>({
        ...(statement.name === undefined ? {} : { name: statement.name }),
        text: statement.text,
        values: [...values],
        rowMode: 'array',
        types: asText,
      });
      return result.rows;
    });
  }

  return {
    withClient,
    write: run,
    async read(statement, values) {
      const start = performance.now();
      try {
        return await run(statement, values);
      } catch (error) {
        const lost = error instanceof DatabaseUnavailable && isLostConnection(error.cause);
        if (!lost || performance.now() - start > repeatWithin) throw error;
        return run(statement, values);
      }
    },
    close: () => pool.end(),
  };
}

function ignore(): void {}
