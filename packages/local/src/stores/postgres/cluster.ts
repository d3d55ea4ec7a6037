import { access, chmod, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeProblem } from '../../state/engine-error.ts';
import { findPostgresBinaries, libraryEnvironment, type PostgresBinaries } from './binaries.ts';
import { maxConnections, renderConfiguration, renderHostAccess, SUPERUSER } from './configuration.ts';
import { generatePassword, type Passwords, readPasswords, writePasswords } from './credentials.ts';
import { createDataDirectory, inspectDataDirectory } from './data-directory.ts';
import { writeTrustedExtensions } from './extensions.ts';
import { clearLeftovers } from './leftovers.ts';
import { resetSuperuserPassword } from './prepare.ts';
import { chooseServerUser, type ServerUser } from './server-user.ts';
import type { PostgresOptions } from './start-postgres.ts';
import { ensureTlsFiles, readAuthority } from './tls.ts';

/** A data directory with all that a server needs to be started on it. */
export interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly dataDirectory: string;
  readonly user: ServerUser;
  /** The server's whole environment; the engine's own (with who knows what secrets) is not passed on. */
  readonly env: Readonly<Record<string, string>>;
  readonly passwords: Passwords;
  /** Whether the data directory was just made. */
  readonly fresh: boolean;
  /** Certificate of the authority, and the file it is in; null without TLS. */
  readonly authority: { readonly file: string; readonly certificate: string } | null;
}

/** Makes the folder of a store. Throws {@link EngineError} `FOLDER_NOT_WRITABLE`. */
export async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw writeProblem(directory, error);
  }
}

/**
 * Makes everything ready for the server to start: the data directory (a new one, where none is), passwords,
 * configuration, certificates; ends what a killed engine left running on it. The folder must be claimed.
 */
export async function openCluster(options: PostgresOptions): Promise<Cluster> {
  const { directory, requireTls = false, username = 'postgres' } = options;
  const dataDirectory = join(directory, 'data');
  const binaries = await findPostgresBinaries();
  const state = await inspectDataDirectory(dataDirectory);
  const user = await chooseServerUser({
    directory,
    dataDirectory,
    mustReach: [binaries.postgres, binaries.initdb, join(binaries.home, 'share')],
  });
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TZ: 'UTC',
    LC_ALL: 'C',
    ...(await libraryEnvironment(binaries, join(directory, 'lib'))),
  };
  const passwordFile = join(directory, 'credentials.json');
  const known = await readPasswords(passwordFile);
  const passwords: Passwords = {
    [SUPERUSER]: generatePassword(),
    [username]: generatePassword(options.passwordLength),
    ...known,
  };
  const lost = known?.[SUPERUSER] === undefined && state === 'present';
  if (known === null || Object.keys(passwords).length !== Object.keys(known).length) {
    await writePasswords(passwordFile, passwords);
  }
  const tls = requireTls ? await ensureTlsFiles(directory, user, new Date()) : null;
  const extensionFolder = join(directory, 'extensions');
  await writeTrustedExtensions(binaries, extensionFolder);
  await writeReadable(
    join(directory, 'postgresql.conf'),
    renderConfiguration({ extensionFolder, maxConnections: maxConnections(options.plan.capacity), tls }),
  );
  await writeReadable(join(directory, 'pg_hba.conf'), renderHostAccess({ requireTls }));

  await clearLeftovers(dataDirectory);
  // A name that readPasswords or we have just put in.
  const superuserPassword = passwords[SUPERUSER] ?? '';
  const shared = { binaries, directory, user, env };
  if (state === 'absent') {
    await createDataDirectory({ ...shared, dataDirectory, marker: options.marker, superuserPassword });
  } else if (lost) {
    await resetSuperuserPassword({ ...shared, password: superuserPassword });
  }
  const certificate = await readAuthority(tls);
  const authority = tls === null || certificate === null ? null : { file: tls.ca, certificate };
  return { ...shared, dataDirectory, passwords, fresh: state === 'absent', authority };
}

/** The server's user may be another than ours, and our umask may be strict. */
async function writeReadable(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o644 });
  await chmod(file, 0o644);
}

/** The port that the store had last time, so that a client of the user's finds it again; null when unknown. */
export async function readLastPort(directory: string): Promise<number | null> {
  const port = Number(await readFile(join(directory, 'port'), 'utf8').catch(() => ''));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

/** Remembers the port for {@link readLastPort}. */
export async function writeLastPort(directory: string, port: number): Promise<void> {
  await writeFile(join(directory, 'port'), `${port}\n`, { mode: 0o600 });
}
