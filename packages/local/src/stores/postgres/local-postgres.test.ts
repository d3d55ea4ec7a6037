import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findServerProcesses } from './leftovers.ts';
import { bundleScript, clientOptions, connect, createHarness, type Harness, query } from './testing.ts';

let harness: Harness;
let directory: string;

beforeEach(async () => {
  harness = await createHarness();
  directory = harness.directory;
});

afterEach(() => harness.close());

describe('a database that ends', () => {
  it('has every committed row after SIGKILL to all of its processes', async () => {
    const { store } = await harness.start();
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
    const { store, states } = await harness.start();
    const client = await connect(clientOptions(store));
    const busy = client
      .query('do $$ begin perform sum(a) from generate_series(1, 1e9) a; end $$')
      .catch(() => {});
    const pid = store.snapshot().pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => (store.snapshot().pid ?? pid) !== pid, 15_000);
    await busy;
    // More than one try where the backend ends late: its server's memory is in use until then.
    const changes = states.map(({ state }) => state).filter((state, n, all) => state !== all[n - 1]);
    expect(changes).toEqual(['starting', 'running', 'starting', 'running']);
    expect(states[2]?.problem).toMatch(/ended by itself \(SIGKILL\)/);
    expect(await query(clientOptions(store), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is reached again at the same address by a pool that lived through stop and start', async () => {
    const { store } = await harness.start();
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
    const { store } = await harness.start({ restartPausesMs: [0, 10, 20] });
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
    const { store } = await harness.start();
    expect(await query(clientOptions(store), 'select id from kept')).toEqual([{ id: 1 }]);
    expect(await findServerProcesses(join(directory, 'data'))).not.toContain(orphans[0]);
  });

  it('does not mistake a process that got the number of a dead postmaster for it', async () => {
    const { store } = await harness.start();
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
    const { store } = await harness.start();
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
    const { store } = await harness.start();
    await store.setDelay(5);
    const rows = await query(
      clientOptions(store),
      "select i, repeat('x', 1000) as pad from generate_series(1, 5000) i",
    );
    expect(rows).toHaveLength(5000);
    expect(rows.every((row, index) => row['i'] === index + 1)).toBe(true);
  });

  it('is refused while the database is stopped, and ends with a crash', async () => {
    const { store } = await harness.start();
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
