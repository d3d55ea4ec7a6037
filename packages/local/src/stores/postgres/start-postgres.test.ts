import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPostgresBinaries } from './binaries.ts';
import { RDS_EXTENSIONS } from './extensions.ts';
import { findServerProcesses } from './leftovers.ts';
import { findFreePort } from './ports.ts';
import { clientOptions, connect, createHarness, type Harness, query } from './testing.ts';

let harness: Harness;
let directory: string;

beforeEach(async () => {
  harness = await createHarness();
  directory = harness.directory;
});

afterEach(() => harness.close());

async function emptyFiles(folder: string, pattern = /./): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && pattern.test(entry.name)) await truncate(join(folder, entry.name));
  }
}

describe('startPostgres', () => {
  it('makes a database on the first start and finds its data, password and port again on the second', async () => {
    const first = await harness.start();
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

    const second = await harness.start();
    expect(second.store.connectionFields()).toEqual(fields);
    expect(await query(clientOptions(second.store), 'select id from product')).toEqual([{ id: 7 }]);
    expect(second.store.snapshot()).toMatchObject({ name: 'products', state: 'running', problem: null });
    expect(second.store.snapshot().version).toMatch(/^18\./);
  });

  it('is durable, in UTC, on loopback only, and takes as many connections as Aurora would', async () => {
    const { store } = await harness.start();
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
    const { store } = await harness.start({ username: 'catalog' });
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
    const { store } = await harness.start();
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
    const { store } = await harness.start();
    await expect(connect({ ...clientOptions(store), password: 'wrong' })).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('keeps the passwords out of process arguments, environments and logs, in a file for its owner alone', async () => {
    const { store, log } = await harness.start();
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
    const first = await harness.start();
    await query(clientOptions(first.store), 'create table kept ()');
    await first.store.stop();
    await rm(join(directory, 'credentials.json'));
    const second = await harness.start();
    expect(second.store.connectionFields()['password']).not.toBe(first.store.connectionFields()['password']);
    expect(await query(clientOptions(second.store), 'select from kept')).toEqual([]);
  });

  it('makes a user and database that the plan names later, and keeps the old ones', async () => {
    const first = await harness.start();
    await first.store.stop();
    const plan = { databaseName: 'orders', capacity: first.options.plan.capacity };
    const { store } = await harness.start({ username: 'clerk', plan });
    expect(await query(clientOptions(store), 'select current_user, current_database()')).toEqual([
      { current_user: 'clerk', current_database: 'orders' },
    ]);
    const names = await query(clientOptions(store), 'select datname from pg_database');
    expect(names).toContainEqual({ datname: 'productdb' });
  });

  it('encrypts every connection when TLS is required, with a certificate that its authority vouches for', async () => {
    const { store } = await harness.start({ requireTls: true });
    await expect(connect(clientOptions(store))).rejects.toThrow(/no encryption/);
    const ca = await readFile(store.caFile ?? '', 'utf8');
    const rows = await query(
      { ...clientOptions(store), ssl: { ca } },
      'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
  });
});

describe('a start that cannot be', () => {
  it('names both versions for a data directory of another major version, and begins anew once it was moved aside', async () => {
    const { store } = await harness.start();
    await store.stop();
    await writeFile(join(directory, 'data', 'PG_VERSION'), '17\n');
    const error = await harness.startError();
    expect(error.code).toBe('STORE_VERSION');
    expect(error.message).toMatch(/PostgreSQL 17.*PostgreSQL 18/s);
    expect(error.fix).toContain('move the folder aside');

    // The advice, followed to the letter: a new database, and the old one as it was.
    const data = join(directory, 'data');
    await rename(data, `${data}.old`);
    await harness.start();
    expect(await readFile(join(`${data}.old`, 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  it.each([
    ['PG_VERSION', 'PG_VERSION is missing'],
    ['global/pg_control', 'global/pg_control is missing'],
  ])('says that a data directory without %s is damaged, and leaves it as it is', async (file, why) => {
    const { store } = await harness.start();
    await store.stop();
    await rm(join(directory, 'data', file));
    const before = await readdir(join(directory, 'data'));
    const error = await harness.startError();
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
    const { store } = await harness.start();
    await store.stop();
    await harm(join(directory, 'data'));
    const error = await harness.startError();
    expect(error.message).toMatch(/FATAL|PANIC/);
    expect(error.code).toBe('STORE_DAMAGED');
    expect(error.fix).toContain('move the folder aside');
    expect(await findServerProcesses(join(directory, 'data'))).toEqual([]);
  });

  it('says so when the tables that every database needs are damaged', async () => {
    const { store } = await harness.start();
    await store.stop();
    const base = join(directory, 'data', 'base');
    for (const database of await readdir(base)) await emptyFiles(join(base, database), /^\d+$/);
    const error = await harness.startError();
    expect(error.code).toBe('STORE_DAMAGED');
    expect(error.message).toContain(directory);
  });

  it('says that the passwords are those of another database', async () => {
    const { store } = await harness.start();
    await store.stop();
    const file = join(directory, 'credentials.json');
    await writeFile(file, JSON.stringify({ rdsadmin: 'one-secret', postgres: 'another-secret' }));
    const error = await harness.startError();
    expect(error.message).toContain(file);
    expect(`${error.message} ${error.fix}`).not.toContain('secret');
    await rm(file);
    await harness.start();
  });

  it('says who uses the directory already', async () => {
    await harness.start();
    const error = await harness.startError();
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain(`process ${process.pid}`);
  });

  it('leaves a server alone that somebody else runs on the directory', async () => {
    const { store } = await harness.start();
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
      const error = await harness.startError();
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
    const error = await harness.startError({ port });
    other.close();
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toContain(String(port));
    // The folder is free again.
    await harness.start();
  });

  it('begins anew after an initdb that was interrupted', async () => {
    await mkdir(join(directory, 'data.new-abc', 'data'), { recursive: true });
    await writeFile(join(directory, 'data.new-abc', 'data', 'PG_VERSION'), '18\n');
    await harness.start();
    expect(await readdir(directory)).not.toContain('data.new-abc');
  });

  it.each(['admin', 'rdsadmin', 'pg_x', '1st', ''])('refuses the user name %j', async (username) => {
    expect((await harness.startError({ username })).code).toBe('BAD_REQUEST');
  });

  it('says that a folder which is a file cannot be written', async () => {
    await mkdir(join(directory, '..'), { recursive: true });
    await writeFile(directory, '');
    const error = await harness.startError();
    expect(error.message).toContain(directory);
    await chmod(directory, 0o600);
  });
});
