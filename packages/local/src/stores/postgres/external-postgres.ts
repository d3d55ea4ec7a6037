import type { StoreState } from '@breakwater/protocol';
import pg from 'pg';
import { EngineError, systemErrorCode } from '../../state/engine-error.ts';
import { createRedactor } from '../redact.ts';
import { checkDelay, type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { type ExternalTarget, parseDatabaseUrl, tlsOf } from './external-url.ts';
import { findFreePort } from './ports.ts';
import type { PostgresStore } from './start-postgres.ts';
import { createTurns } from './turns.ts';

/** A database server of the user's own. */
export interface ExternalPostgresOptions {
  readonly key: string;
  /** `postgresql://user:password@host:5432/database?sslmode=require`; never shown. */
  readonly url: string;
  /**
   * Whether tasks connect through a port of ours, so that the database can be slowed; default false, because it costs
   * time with every query. Not with `sslmode=verify-full`, which insists on the server's own name.
   */
  readonly proxied?: boolean;
  readonly onState: (state: StoreState, problem: string | null) => void;
}

/**
 * Uses a PostgreSQL server that runs already. It is asked for its version, and otherwise left alone: never changed,
 * never stopped.
 *
 * @throws {EngineError} `BAD_REQUEST` for a bad URL, `STORE_FAILED` when the database cannot be reached.
 */
export async function useExternalPostgres(options: ExternalPostgresOptions): Promise<PostgresStore> {
  const { key, onState, proxied = false } = options;
  const target = parseDatabaseUrl(options.url);
  if (proxied && target.sslMode === 'verify-full') {
    throw new EngineError(
      'BAD_REQUEST',
      `The database ${addressOf(target)} cannot be put behind a local port with sslmode=verify-full: its certificate is not for 127.0.0.1.`,
      'Use sslmode=verify-ca, or do without slowing it.',
    );
  }
  onState('starting', null);
  const version = await askVersion(target);
  const port = proxied ? await findFreePort(null) : target.port;
  const host = proxied ? '127.0.0.1' : target.host;
  const listen = (): Promise<DelayProxy> =>
    startDelayProxy({ port, upstreamHost: target.host, upstreamPort: () => target.port });
  let proxy = proxied ? await listen() : null;
  let state: StoreState = 'running';
  onState(state, null);

  const inTurn = createTurns();
  const setState = (next: StoreState): void => {
    if (next === state) return;
    state = next;
    onState(state, null);
  };
  const notOurs = (what: string, fix: string | null): EngineError =>
    new EngineError('CONFLICT', `The database ${key} at ${addressOf(target)} ${what}.`, fix);

  return {
    key,
    kind: 'postgresql',
    host,
    port,
    databaseName: target.databaseName,
    username: target.username,
    caFile: target.caFile,
    snapshot: () => ({
      name: key,
      kind: 'postgresql',
      state,
      address: addressOf({ ...target, host, port }),
      version,
      pid: null,
      problem: null,
    }),
    connectionFields: () => ({
      engine: 'postgres',
      host,
      port: String(port),
      dbname: target.databaseName,
      username: target.username,
      password: target.password,
      ...(target.sslMode === null ? {} : { sslmode: target.sslMode }),
    }),
    start: () =>
      inTurn(async () => {
        if (proxied) proxy ??= await listen();
        if (state === 'stopped') setState('running');
      }),
    stop: () =>
      inTurn(async () => {
        await proxy?.close();
        proxy = null;
        setState('stopped');
      }),
    crash: () =>
      inTurn(async () => {
        throw notOurs(
          'is not ours to stop',
          'Leave --database-url out to run a database that may be stopped.',
        );
      }),
    setDelay: (delayMs) =>
      inTurn(async () => {
        checkDelay(delayMs);
        if (proxy === null) {
          throw notOurs('cannot be slowed: tasks are connected to it directly', null);
        }
        proxy.setDelay(delayMs);
        setState(delayMs > 0 ? 'slow' : 'running');
      }),
  };
}

async function askVersion(target: ExternalTarget): Promise<string> {
  const client = new pg.Client({
    host: target.host,
    port: target.port,
    user: target.username,
    password: target.password,
    database: target.databaseName,
    ssl: await tlsOf(target),
    application_name: 'breakwater',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {}); // Whoever awaits the query is told.
  try {
    await client.connect();
    const result = await client.query<{ server_version: string }>('show server_version');
    return result.rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } catch (error) {
    const redact = createRedactor([target.password]);
    throw new EngineError(
      'STORE_FAILED',
      redact(
        `The database ${addressOf(target)} of --database-url cannot be used: ${explain(error, target)}.`,
      ),
      'Check that the server runs, and the host, port, user, password and database in the URL.',
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function explain(error: unknown, { username, databaseName, sslMode }: ExternalTarget): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof pg.DatabaseError) {
    switch (error.code) {
      case '28P01':
        return `the password of ${username} is wrong`;
      case '3D000':
        return `it has no database ${databaseName}`;
      case '28000':
        return sslMode === null || sslMode === 'disable'
          ? `it refuses the connection (${message}); if it wants TLS, add ?sslmode=require`
          : message;
      default:
        return message;
    }
  }
  switch (systemErrorCode(error)) {
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'ENOTFOUND':
      return 'there is no such host';
    default:
      return message === '' ? systemErrorCode(error) : message;
  }
}

function addressOf({
  host,
  port,
  databaseName,
}: Pick<ExternalTarget, 'host' | 'port' | 'databaseName'>): string {
  return `postgresql://${host.includes(':') ? `[${host}]` : host}:${port}/${databaseName}`;
}
