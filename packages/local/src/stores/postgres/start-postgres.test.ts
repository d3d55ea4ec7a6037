import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../state/engine-error.ts';
import { findPostgresBinaries } from './binaries.ts';
import { movePostgresAside } from './data-directory.ts';
import { RDS_EXTENSIONS } from './extensions.ts';
import { findServerProcesses } from './leftovers.ts';
import { findFreePort } from './ports.ts';
import { type PostgresStore, startPostgres } from './start-postgres.ts';
import { bundleScript, clientOptions, connect, createProject, query, recordStore } from './testing.ts';

let directory: string;
let remove: () => Promise<void>;
const opened: PostgresStore[] = [];

beforeEach(async () => {
  ({ directory, remove } = await createProject());
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.stop();
  await remove();
});

async function start(...args: Parameters<typeof recordStore>) {
  const recorded = recordStore(...args);
  const store = await startPostgres(recorded.options);
  opened.push(store);
  return { store, ...recorded };
}

/** The error that a start ends in. */
async function startError(...args: Parameters<typeof recordStore>): Promise<EngineError> {
  const result = await start(...args).catch((error: unknown) => error);
  expect(result).toBeInstanceOf(EngineError);
  return result as EngineError; // The line above holds.
}

async function emptyFiles(folder: string, pattern = /./): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && pattern.test(entry.name)) await truncate(join(folder, entry.name));
  }
}

describe('startPostgres', () => {
  it('makes a database on the first start and finds its data, password and port again on the second', async () => {
    const first = await start(directory);
    const fields = first.store.connectionFields();
    expect(fields).toMatchObject({
      engine: 'postgres',
      host: '127.0.0.1',
      dbname: 'productdb',
      username: 'postgres',
    });
    await query(clientOptions(first.store), 'create table product (id int); insert into product values (7)');
    await first.store.stop();
    expect(first.states.map(({ state }) => state)).toEqual(['starting', 'running', 'stopping', 'stopped']);
    expect(await findServerProcesses(join(directory, 'data'))).toEqual([]);

    const second = await start(directory);
    expect(second.store.connectionFields()).toEqual(fields);
    expect(await query(clientOptions(second.store), 'select id from product')).toEqual([{ id: 7 }]);
    expect(second.store.snapshot()).toMatchObject({ name: 'products', state: 'running', problem: null });
    expect(second.store.snapshot().version).toMatch(/^18\./);
  });

  it('is durable, in UTC, on loopback only, and takes as many connections as Aurora would', async () => {
    const { store } = await start(directory);
    const rows = await query(
      clientOptions(store),
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes',
        'TimeZone', 'listen_addresses', 'max_connections') order by name`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: 'UTC',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      max_connections: '189',
      synchronous_commit: 'on',
    });
  });

  it('gives the master user the rights that RDS gives: databases, roles and extensions, but no superuser', async () => {
    const { store } = await start(directory, { username: 'catalog' });
    await query(
      clientOptions(store),
      'create extension pg_trgm; create role reader; grant rds_iam to reader',
    );
    await query(clientOptions(store), 'create database other');
    const rows = await query(
      clientOptions(store),
      "select rolsuper, pg_has_role('rds_superuser', 'member') as master from pg_roles where rolname = current_user",
    );
    expect(rows).toEqual([{ rolsuper: false, master: true }]);
    await expect(query(clientOptions(store), "copy (select 1) to program 'true'")).rejects.toThrow(
      /permission denied/,
    );
  });

  it('lets the master user create every extension that AWS lets it create', async () => {
    const { store } = await start(directory);
    for (const name of [...RDS_EXTENSIONS, 'pg_trgm', 'pgcrypto', 'uuid-ossp', 'citext', 'hstore']) {
      await query(clientOptions(store), `create extension if not exists "${name}" cascade`);
    }
    const statements = await query(
      clientOptions(store),
      'select count(*) > 0 as some from pg_stat_statements',
    );
    expect(statements).toEqual([{ some: true }]);
    // Reading the machine's files is not among them.
    await expect(query(clientOptions(store), 'create extension file_fdw')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('refuses a wrong password', async () => {
    const { store } = await start(directory);
    await expect(connect({ ...clientOptions(store), password: 'wrong' })).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('keeps the passwords out of process arguments, environments and logs, in a file for its owner alone', async () => {
    const { store, log } = await start(directory);
    const passwords = Object.values(
      // Written by startPostgres as passwords by user.
      JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8')) as Record<string, string>,
    );
    expect(passwords).toHaveLength(2);
    expect(passwords).toContain(store.connectionFields()['password']);
    expect((await stat(join(directory, 'credentials.json'))).mode & 0o777).toBe(0o600);
    const password = passwords.find((one) => one === store.connectionFields()['password']) ?? '';
    await query(clientOptions(store), `select no_such_function('${password}')`).catch(() => {});
    await vi.waitUntil(() => log.some((line) => line.includes('no_such_function(')), 15_000);
    const pids = await findServerProcesses(join(directory, 'data'));
    expect(pids.length).toBeGreaterThan(3);
    const seen = [...log];
    for (const pid of pids) {
      seen.push(
        await readFile(`/proc/${pid}/cmdline`, 'utf8'),
        await readFile(`/proc/${pid}/environ`, 'utf8'),
      );
    }
    for (const secret of passwords) expect(seen.join('\n')).not.toContain(secret);
    const left = await readdir(directory);
    expect(left.filter((name) => name.startsWith('data'))).toEqual(['data']);
  });

  it('sets new passwords when the file with them is lost', async () => {
    const first = await start(directory);
    await query(clientOptions(first.store), 'create table kept ()');
    await first.store.stop();
    await rm(join(directory, 'credentials.json'));
    const second = await start(directory);
    expect(second.store.connectionFields()['password']).not.toBe(first.store.connectionFields()['password']);
    expect(await query(clientOptions(second.store), 'select from kept')).toEqual([]);
  });

  it('makes a user and database that the plan names later, and keeps the old ones', async () => {
    const first = await start(directory);
    await first.store.stop();
    const plan = { databaseName: 'orders', capacity: first.options.plan.capacity };
    const { store } = await start(directory, { username: 'clerk', plan });
    expect(await query(clientOptions(store), 'select current_user, current_database()')).toEqual([
      { current_user: 'clerk', current_database: 'orders' },
    ]);
    const names = await query(clientOptions(store), 'select datname from pg_database');
    expect(names).toContainEqual({ datname: 'productdb' });
  });

  it('encrypts every connection when TLS is required, with a certificate that its authority vouches for', async () => {
    const { store } = await start(directory, { requireTls: true });
    await expect(connect(clientOptions(store))).rejects.toThrow(/no encryption/);
    const ca = await readFile(store.caFile ?? '', 'utf8');
    const rows = await query(
      { ...clientOptions(store), ssl: { ca } },
      'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
  });
});

describe('a database that ends', () => {
  it('has every committed row after SIGKILL to all of its processes', async () => {
    const { store } = await start(directory);
    const client = await connect(clientOptions(store));
    await client.query('create table entry (id int primary key)');
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await client.query('insert into entry values ($1)', [acknowledged + 1]);
        acknowledged += 1;
      }
    })().catch(() => {});
    await vi.waitUntil(() => acknowledged >= 100, 15_000);
    await store.crash();
    await writing;
    expect(await findServerProcesses(join(directory, 'data'))).toEqual([]);
    expect(store.snapshot()).toMatchObject({ state: 'stopped', pid: null });

    await store.start();
    const [row] = await query(
      clientOptions(store),
      'select count(*)::int as count, max(id) as last from entry',
    );
    // The insert that was in flight may or may not have been committed.
    expect([acknowledged, acknowledged + 1]).toContain(row?.['count']);
    expect(row?.['last']).toBe(row?.['count']);
  });

  it('is started again when its postmaster is killed, also while a backend is busy', async () => {
    const { store, states } = await start(directory);
    const client = await connect(clientOptions(store));
    const busy = client
      .query('do $$ begin perform sum(a) from generate_series(1, 1e9) a; end $$')
      .catch(() => {});
    const pid = store.snapshot().pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => (store.snapshot().pid ?? pid) !== pid, 15_000);
    await busy;
    expect(states.map(({ state }) => state)).toEqual(['starting', 'running', 'starting', 'running']);
    expect(states[2]?.problem).toMatch(/ended by itself \(SIGKILL\)/);
    expect(await query(clientOptions(store), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is reached again at the same address by a pool that lived through stop and start', async () => {
    const { store } = await start(directory);
    const { Pool } = (await import('pg')).default;
    const pool = new Pool({ ...clientOptions(store), max: 3 });
    pool.on('error', () => {});
    await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.01)')));
    await store.crash();
    await expect(pool.query('select 1')).rejects.toThrow(/ECONNREFUSED/);
    await store.start();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it('gives up with the reason when it cannot be started again, and can be started by hand later', async () => {
    const { store } = await start(directory, { restartPausesMs: [0, 10, 20] });
    const data = join(directory, 'data');
    const control = await readFile(join(data, 'global', 'pg_control'));
    await rm(join(data, 'global', 'pg_control'));
    process.kill(store.snapshot().pid ?? 0, 'SIGKILL');
    await vi.waitUntil(() => store.snapshot().state === 'failed', 15_000);
    expect(store.snapshot().problem).toMatch(/pg_control/);
    await expect(store.start()).rejects.toThrow(/global\/pg_control is missing/);
    await writeFile(join(data, 'global', 'pg_control'), control);
    const owner = await stat(data);
    execFileSync('chown', [`${owner.uid}:${owner.gid}`, join(data, 'global', 'pg_control')]);
    await store.start();
    expect(store.snapshot()).toMatchObject({ state: 'running', problem: null });
  });

  it('is taken over from an engine that was killed, with what it had committed', async () => {
    const script = join(directory, '..', 'engine.cjs');
    await bundleScript(
      script,
      `import { startPostgres } from './start-postgres.ts';
      import { clientOptions, query, recordStore } from './testing.ts';
      void (async () => {
        const store = await startPostgres(recordStore(process.argv[2]).options);
        await query(clientOptions(store), 'create table kept (id int); insert into kept values (1)');
        console.log('committed');
      })();`,
    );
    const engine = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(engine.stdout, 'data');
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    const orphans = await findServerProcesses(join(directory, 'data'));
    expect(orphans.length).toBeGreaterThan(0);
    const { store } = await start(directory);
    expect(await query(clientOptions(store), 'select id from kept')).toEqual([{ id: 1 }]);
    expect(await findServerProcesses(join(directory, 'data'))).not.toContain(orphans[0]);
  });

  it('does not mistake a process that got the number of a dead postmaster for it', async () => {
    const { store } = await start(directory);
    await store.crash();
    const file = join(directory, 'data', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const other = spawn('sleep', ['60'], { uid: (await stat(file)).uid, gid: (await stat(file)).gid });
    try {
      await once(other, 'spawn');
      await writeFile(file, [other.pid, ...lines.slice(1)].join('\n'));
      await store.start();
      expect(store.snapshot().state).toBe('running');
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  });
});

describe('a database slowed by setDelay', () => {
  it('answers later than a timer of half the delay, and at once when the delay ends', async () => {
    const { store } = await start(directory);
    await store.setDelay(300);
    expect(store.snapshot().state).toBe('slow');
    const client = await connect(clientOptions(store));
    const order: string[] = [];
    const timer = new Promise<void>((resolve) => {
      setTimeout(() => {
        order.push('timer');
        resolve();
      }, 150);
    });
    await Promise.all([timer, client.query('select 1').then(() => order.push('answer'))]);
    expect(order).toEqual(['timer', 'answer']);

    // Longer than any test may take: the answer comes because the delay ends, on the same connection.
    await store.setDelay(600_000);
    const answer = client.query('select 2 as two');
    await new Promise((resolve) => setTimeout(resolve, 50)); // Time for the answer to reach the proxy, mostly.
    await store.setDelay(0);
    expect((await answer).rows).toEqual([{ two: 2 }]);
    expect(store.snapshot().state).toBe('running');
    await client.end();
  });

  it('carries big answers through unharmed, in order', async () => {
    const { store } = await start(directory);
    await store.setDelay(5);
    const rows = await query(
      clientOptions(store),
      "select i, repeat('x', 1000) as pad from generate_series(1, 5000) i",
    );
    expect(rows).toHaveLength(5000);
    expect(rows.every((row, index) => row['i'] === index + 1)).toBe(true);
  });

  it('is refused while the database is stopped, and ends with a crash', async () => {
    const { store } = await start(directory);
    await store.setDelay(50);
    await store.crash();
    await expect(connect(clientOptions(store))).rejects.toThrow(/ECONNREFUSED/);
    await expect(store.setDelay(50)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(store.setDelay(Number.NaN)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await store.start();
    expect(store.snapshot().state).toBe('running');
    expect(await query(clientOptions(store), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a start that cannot be', () => {
  it('names both versions for a data directory of another major version, and moves it aside only when asked', async () => {
    const { store } = await start(directory);
    await store.stop();
    await writeFile(join(directory, 'data', 'PG_VERSION'), '17\n');
    const error = await startError(directory);
    expect(error.code).toBe('STORE_VERSION');
    expect(error.message).toMatch(/PostgreSQL 17.*PostgreSQL 18/s);
    expect(error.fix).toContain('move the folder aside');

    const moved = await movePostgresAside(directory, new Date('2026-11-21T10:00:00Z'));
    expect(moved).toBe(`${join(directory, 'data')}.old-2026-11-21T10-00-00-000Z`);
    expect(await readFile(join(moved ?? '', 'PG_VERSION'), 'utf8')).toBe('17\n');
    await start(directory);
  });

  it.each([
    ['PG_VERSION', 'PG_VERSION is missing'],
    ['global/pg_control', 'global/pg_control is missing'],
  ])('says that a data directory without %s is damaged, and leaves it as it is', async (file, why) => {
    const { store } = await start(directory);
    await store.stop();
    await rm(join(directory, 'data', file));
    const before = await readdir(join(directory, 'data'));
    const error = await startError(directory);
    expect(error.code).toBe('STORE_DAMAGED');
    expect(error.message).toContain(why);
    expect(error.message).toContain(directory);
    expect(await readdir(join(directory, 'data'))).toEqual(before);
  });

  it.each([
    [
      'an overwritten pg_control',
      (data: string) => writeFile(join(data, 'global', 'pg_control'), Buffer.alloc(8192, 1)),
    ],
    ['a lost write-ahead log', (data: string) => emptyFiles(join(data, 'pg_wal'))],
  ])('quotes the server when it refuses to start on %s', async (_what, harm) => {
    const { store } = await start(directory);
    await store.stop();
    await harm(join(directory, 'data'));
    const error = await startError(directory);
    expect(error.message).toMatch(/FATAL|PANIC/);
    expect(error.code).toBe('STORE_DAMAGED');
    expect(error.fix).toContain('move the folder aside');
    expect(await findServerProcesses(join(directory, 'data'))).toEqual([]);
  });

  it('says so when the tables that every database needs are damaged', async () => {
    const { store } = await start(directory);
    await store.stop();
    const base = join(directory, 'data', 'base');
    for (const database of await readdir(base)) await emptyFiles(join(base, database), /^\d+$/);
    const error = await startError(directory);
    expect(error.code).toBe('STORE_DAMAGED');
    expect(error.message).toContain(directory);
  });

  it('says that the passwords are those of another database', async () => {
    const { store } = await start(directory);
    await store.stop();
    const file = join(directory, 'credentials.json');
    await writeFile(file, JSON.stringify({ rdsadmin: 'one-secret', postgres: 'another-secret' }));
    const error = await startError(directory);
    expect(error.message).toContain(file);
    expect(`${error.message} ${error.fix}`).not.toContain('secret');
    await rm(file);
    await start(directory);
  });

  it('says who uses the directory already', async () => {
    await start(directory);
    const error = await startError(directory);
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain(`process ${process.pid}`);
  });

  it('leaves a server alone that somebody else runs on the directory', async () => {
    const { store } = await start(directory);
    await store.stop();
    const data = join(directory, 'data');
    const { uid, gid } = await stat(data);
    const { postgres } = await findPostgresBinaries();
    const args = ['-D', data, '-p', String(await findFreePort(null))];
    const foreign = spawn(postgres, [...args, '-c', `config_file=${join(directory, 'postgresql.conf')}`], {
      uid,
      gid,
      env: {},
      cwd: directory,
      stdio: 'ignore',
    });
    try {
      await vi.waitUntil(async () => (await findServerProcesses(data)).length > 1);
      const error = await startError(directory);
      expect(error.code).toBe('CONFLICT');
      expect(error.message).toMatch(/not started by Breakwater/);
      expect(foreign.exitCode).toBeNull();
    } finally {
      foreign.kill('SIGQUIT');
      await once(foreign, 'exit');
    }
  });

  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await startError(directory, { port });
    other.close();
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toContain(String(port));
    // The folder is free again.
    await start(directory);
  });

  it('begins anew after an initdb that was interrupted', async () => {
    await mkdir(join(directory, 'data.new-abc', 'data'), { recursive: true });
    await writeFile(join(directory, 'data.new-abc', 'data', 'PG_VERSION'), '18\n');
    await start(directory);
    expect(await readdir(directory)).not.toContain('data.new-abc');
  });

  it.each(['admin', 'rdsadmin', 'pg_x', '1st', ''])('refuses the user name %j', async (username) => {
    expect((await startError(directory, { username })).code).toBe('BAD_REQUEST');
  });

  it('says that a folder which is a file cannot be written', async () => {
    await mkdir(join(directory, '..'), { recursive: true });
    await writeFile(directory, '');
    const error = await startError(directory);
    expect(error.message).toContain(directory);
    await chmod(directory, 0o600);
  });
});
