import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProcessMarker } from '../../processes/marker.ts';
import { startProcess } from '../../processes/start-process.ts';
import { EngineError } from '../../state/engine-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { SUPERUSER } from './configuration.ts';
import { commandAs, giveTo, type ServerUser } from './server-user.ts';

/** The major version of the binaries that come with this release. */
export const POSTGRES_MAJOR = '18';

const STAGING_PREFIX = 'data.new-';

/**
 * Looks at a data directory without changing it: `absent`, or `present` when it can be used. Throws
 * {@link EngineError} `STORE_VERSION` for one of another major version, `STORE_DAMAGED` for one that lacks what
 * every data directory has.
 */
export async function inspectDataDirectory(dataDirectory: string): Promise<'absent' | 'present'> {
  const entries = await readdir(dataDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    if (error.code === 'ENOTDIR') {
      throw damaged(dataDirectory, 'it is a file, not a folder');
    }
    throw new EngineError('FOLDER_NOT_WRITABLE', `${dataDirectory} cannot be read: ${error.message}`, null);
  });
  if (entries === null || entries.length === 0) return 'absent';
  const version = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) throw damaged(dataDirectory, 'the file PG_VERSION is missing');
  if (version.trim() !== POSTGRES_MAJOR) {
    if (!/^\d+(\.\d+)?$/.test(version.trim())) throw damaged(dataDirectory, 'PG_VERSION holds no version');
    throw new EngineError(
      'STORE_VERSION',
      `The database in ${dataDirectory} was made by PostgreSQL ${version.trim()}, and this release runs PostgreSQL ${POSTGRES_MAJOR}, which cannot read it.`,
      `${moveAsideAdvice(dataDirectory)} To keep the data, dump it with PostgreSQL ${version.trim()} (pg_dump) first.`,
    );
  }
  for (const name of ['global/pg_control', 'base', 'pg_wal']) {
    const found = await stat(join(dataDirectory, name)).catch(() => null);
    if (found === null) throw damaged(dataDirectory, `${name} is missing`);
  }
  return 'present';
}

/** A damaged database, and what a person can do; nothing is deleted. */
export function damaged(dataDirectory: string, why: string): EngineError {
  return new EngineError(
    'STORE_DAMAGED',
    `The database in ${dataDirectory} is damaged: ${why}.`,
    moveAsideAdvice(dataDirectory),
  );
}

function moveAsideAdvice(dataDirectory: string): string {
  return `To begin with an empty database, move the folder aside (mv ${dataDirectory} ${dataDirectory}.old) and start again.`;
}

/**
 * Makes a new data directory: beside its place first, then renamed, so that what is interrupted leaves no half of a
 * database behind. Takes about half a second.
 */
export async function createDataDirectory(options: {
  readonly dataDirectory: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser;
  readonly env: Readonly<Record<string, string>>;
  readonly marker: ProcessMarker;
  readonly superuserPassword: string;
}): Promise<void> {
  const { dataDirectory, user } = options;
  const parent = dirname(dataDirectory);
  await removeStaging(parent);
  const staging = await mkdtemp(join(parent, STAGING_PREFIX));
  try {
    const target = join(staging, 'data');
    const passwordFile = join(staging, 'password');
    await mkdir(target, { mode: 0o700 });
    await writeFile(passwordFile, options.superuserPassword, { mode: 0o600 });
    for (const path of [staging, target, passwordFile]) await giveTo(user, path);
    const args = [
      `--pgdata=${target}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      '--no-sync', // The slowest part; syncDataDirectory does it while the first requests are answered already.
    ];
    const lines: string[] = [];
    const initdb = await startProcess({
      ...commandAs(user, options.binaries.initdb, args),
      cwd: parent,
      env: options.env,
      marker: options.marker,
      onLine: (_stream, line) => lines.push(line),
    }).catch((cause: unknown) => {
      throw cannotRun(options.binaries.initdb, cause);
    });
    const { exitCode } = await initdb.exited;
    if (exitCode !== 0) throw initdbFailed(parent, lines);
    await rm(dataDirectory, { recursive: true, force: true }); // It is absent or empty: inspected before.
    await rename(target, dataDirectory);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Brings a new data directory to the disk, so that it survives a power cut. Runs beside the server; takes up to some
 * seconds on a busy disk. Never rejects: false when it failed.
 */
export async function syncDataDirectory(
  options: Omit<Parameters<typeof createDataDirectory>[0], 'superuserPassword'>,
): Promise<boolean> {
  try {
    const sync = await startProcess({
      ...commandAs(options.user, options.binaries.initdb, [
        '--sync-only',
        `--pgdata=${options.dataDirectory}`,
      ]),
      cwd: dirname(options.dataDirectory),
      env: options.env,
      marker: options.marker,
      onLine: () => {},
    });
    return (await sync.exited).exitCode === 0;
  } catch {
    // It could run a moment ago, so this is a process that was killed or a machine at its end.
    return false;
  }
}

/** What an interrupted creation left; it never was a database. */
async function removeStaging(parent: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(STAGING_PREFIX)) await rm(join(parent, entry), { recursive: true, force: true });
  }
}

/** A program of PostgreSQL that the system refuses to run. */
export function cannotRun(program: string, cause: unknown): EngineError {
  const origin = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why =
    origin instanceof Error && 'code' in origin && origin.code === 'ENOENT'
      ? 'its loader is missing; the packaged binaries need glibc, which Alpine Linux, for one, does not have'
      : String(origin instanceof Error ? origin.message : origin);
  return new EngineError(
    'STORE_FAILED',
    `PostgreSQL's ${basename(program)} cannot be run on this machine: ${why}.`,
    'Use a PostgreSQL server of your own with --database-url postgresql://user@host/database.',
    cause,
  );
}

function initdbFailed(parent: string, lines: readonly string[]): EngineError {
  const text = lines.filter((line) => line !== '').slice(-8);
  if (saysNoSpace(text.join('\n'))) return noSpace(parent);
  return new EngineError(
    'STORE_FAILED',
    `A new database could not be made in ${parent}; initdb said:\n${text.map((line) => `  ${line}`).join('\n')}`,
    null,
  );
}

/** Whether PostgreSQL complains of a full disk; shared memory that is too small has the same system error. */
export function saysNoSpace(text: string): boolean {
  return (
    /No space left on device|Check free disk space|Disk quota exceeded/.test(text) &&
    !text.includes('shared memory')
  );
}

/** The disk is full. */
export function noSpace(path: string): EngineError {
  return new EngineError(
    'NO_DISK_SPACE',
    `There is no space left on the disk for the database in ${path}.`,
    'Free some space (a new database takes about 40 MB) and start again.',
  );
}
