import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { EngineError } from '../../state/engine-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { SUPERUSER } from './configuration.ts';
import { type Passwords, scramVerifier } from './credentials.ts';
import { damaged, noSpace } from './data-directory.ts';
import { commandAs, type ServerUser } from './server-user.ts';

interface Target {
  /** The store's folder, for messages. */
  readonly directory: string;
  readonly port: number;
  readonly username: string;
  readonly databaseName: string;
  readonly passwords: Passwords;
  /** Whether the data directory was just made. */
  readonly fresh: boolean;
  /** The certificate that must have signed the server's, null for a plain connection. */
  readonly ca: string | null;
}

/** Roles that RDS has beside the master user, so that migrations which grant them run here too. */
const RDS_ROLES = ['rds_superuser', 'rds_iam', 'rds_replication', 'rds_password'] as const;

/** What `rds_superuser` may do; like RDS's it is no superuser. */
const RDS_SUPERUSER_GRANTS = ['pg_monitor', 'pg_signal_backend', 'pg_checkpoint', 'pg_maintain'] as const;

/**
 * Makes sure that the master user can connect to its database, and returns the server's version. What is there
 * already is only checked, with one connection.
 */
export async function prepareDatabase(target: Target): Promise<string> {
  try {
    // In a new data directory nothing can be there, and trying would only fill the log.
    const found = target.fresh ? null : await tryVersion(target);
    if (found !== null) return found;
    await createRolesAndDatabase(target);
    const version = await tryVersion(target);
    if (version !== null) return version;
  } catch (error) {
    throw explain(error, target);
  }
  throw new EngineError(
    'STORE_FAILED',
    `The user ${target.username} cannot connect to the database ${target.databaseName}, though both exist.`,
    null,
  );
}

function explain(error: unknown, { directory }: Target): EngineError {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    if (code === '28P01') {
      const file = join(directory, 'credentials.json');
      return new EngineError(
        'STORE_FAILED',
        `The passwords in ${file} are not those of the database beside it.`,
        'Put the right file back, or remove it: new passwords are set at the next start.',
        error,
      );
    }
    // Internal errors and errors of the file system: https://www.postgresql.org/docs/18/errcodes-appendix.html
    if (code === '53100') return noSpace(directory);
    if (/^(XX|58|42P01)/.test(code))
      return damaged(join(directory, 'data'), `PostgreSQL says: ${error.message}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(
    'STORE_FAILED',
    `The database in ${directory} cannot be prepared: ${message}.`,
    null,
    error,
  );
}

/** Wrong password or user, no right to connect, no such database: what preparing can mend. */
const MENDABLE = new Set(['28P01', '28000', '42501', '3D000']);

async function tryVersion(target: Target): Promise<string | null> {
  const client = createClient(target, target.username, target.databaseName);
  try {
    await client.connect();
    const result = await client.query<{ server_version: string }>('show server_version');
    return result.rows[0]?.server_version.split(' ')[0] ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError && MENDABLE.has(error.code ?? '')) return null;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createRolesAndDatabase(target: Target): Promise<void> {
  const client = createClient(target, SUPERUSER, 'postgres');
  try {
    await client.connect();
    await client.query("select pg_advisory_lock(hashtext('breakwater prepare'))");
    const roles = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const existing = new Set(roles.rows.map(({ rolname }) => rolname));
    for (const role of RDS_ROLES) {
      if (!existing.has(role)) await client.query(`create role ${role} nologin`);
    }
    const given = [...RDS_SUPERUSER_GRANTS, ...RDS_ROLES.filter((role) => role !== 'rds_superuser')];
    await client.query(`grant ${given.join(', ')} to rds_superuser with admin option`);
    const user = client.escapeIdentifier(target.username);
    const verifier = scramVerifier(target.passwords[target.username] ?? '');
    const verb = existing.has(target.username) ? 'alter' : 'create';
    await client.query(
      `${verb} role ${user} login createdb createrole password ${client.escapeLiteral(verifier)}`,
    );
    await client.query(`grant rds_superuser to ${user} with admin option`);
    const database = client.escapeIdentifier(target.databaseName);
    const known = await client.query('select from pg_database where datname = $1', [target.databaseName]);
    if (known.rowCount === 0) await client.query(`create database ${database} owner ${user}`);
    else await client.query(`grant all on database ${database} to ${user}`);
  } finally {
    await client.end().catch(() => {});
  }
}

function createClient(target: Target, user: string, database: string): pg.Client {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: target.port,
    user,
    database,
    password: target.passwords[user] ?? '',
    application_name: 'breakwater',
    connectionTimeoutMillis: 10_000,
    ssl: target.ca === null ? false : { ca: target.ca },
  });
  // Without a listener an ended connection would end the engine; whoever awaits the query is told.
  client.on('error', () => {});
  return client;
}

/**
 * Sets the superuser's password from inside, with no server running, for when the file with the passwords is lost.
 * The text given to PostgreSQL is a verifier, from which nobody gets the password.
 */
export async function resetSuperuserPassword(options: {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly user: ServerUser;
  readonly env: Readonly<Record<string, string>>;
  readonly password: string;
}): Promise<void> {
  const { command, args, ...identity } = commandAs(options.user, options.binaries.postgres, [
    '--single',
    '-D',
    join(options.directory, 'data'),
    '-c',
    `config_file=${join(options.directory, 'postgresql.conf')}`,
    'postgres',
  ]);
  const child = spawn(command, args, {
    cwd: options.directory,
    env: options.env,
    stdio: 'pipe',
    ...identity,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  child.stdin.on('error', () => {}); // It ended before reading; its exit code tells.
  child.stdin.end(`alter role ${SUPERUSER} password '${scramVerifier(options.password)}';\n`);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const failed = output.split('\n').find((line) => /\b(ERROR|FATAL|PANIC):/.test(line));
  if (exitCode !== 0 || failed !== undefined) {
    throw new EngineError(
      'STORE_FAILED',
      `The passwords of the database in ${options.directory} are lost, and a new one could not be set: ${failed ?? `exit code ${exitCode}`}`,
      'Move the folder aside and start again to begin with an empty database.',
    );
  }
}
