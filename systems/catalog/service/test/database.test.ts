import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort, startPostgres, type TestPostgres } from './postgres.ts';
import { startService, type TestService, until } from './service.ts';

let postgres: TestPostgres;
const services: TestService[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

afterAll(async () => {
  await postgres?.remove();
});

async function start(env: Readonly<Record<string, string>>, waitForDatabase = true): Promise<TestService> {
  const service = await startService(env, { waitForDatabase });
  services.push(service);
  return service;
}

const quick = { DB_CONNECT_TIMEOUT_MS: '500', DB_STATEMENT_TIMEOUT_MS: '500' };

function expectUnavailable(answer: Awaited<ReturnType<TestService['request']>>): void {
  expect(answer).toMatchObject({ status: 503, json: { error: expect.stringContaining('database') } });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

/** Stands between service and server, and breaks the connection, once, instead of passing on what contains `mark`. */
async function cuttingProxy(mark: string): Promise<{ port: number; cuts: () => number; close: () => void }> {
  const port = await freePort();
  let cuts = 0;
  const server = createServer((down) => {
    const up = connect(postgres.port, '127.0.0.1');
    down.on('error', () => up.destroy()).on('close', () => up.destroy());
    up.on('error', () => down.destroy()).on('close', () => down.destroy());
    down.pipe(up);
    up.on('data', (chunk) => {
      if (cuts === 0 && chunk.includes(mark)) {
        cuts += 1;
        down.destroy();
      } else down.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, cuts: () => cuts, close: () => server.close() };
}

describe('migrations', () => {
  test('applied by many tasks that start at once happen exactly once', async () => {
    await postgres.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const started = await Promise.all(Array.from({ length: 5 }, () => start(postgres.env)));
    const applied = started.map(
      (service) => service.log().find(({ msg }) => msg === 'database is ready')?.applied,
    );
    // Without the lock some would fail and succeed at the second try.
    expect(started.map((service) => service.log().filter(({ level }) => level > 30))).toEqual(
      started.map(() => []),
    );
    expect(applied.filter((steps) => (steps?.length ?? 0) > 0)).toHaveLength(1);
    expect(await postgres.query('SELECT version FROM schema_migrations ORDER BY version')).toEqual([
      { version: 1 },
      { version: 2 },
      { version: 3 },
    ]);
    expect(await postgres.query('SELECT count(*)::int FROM products')).toEqual([{ count: 40 }]);
    for (const service of started)
      expect((await service.request('/api/products')).json).toMatchObject({ count: 40 });
  }, 60_000);

  test('leave a database alone that a newer release has migrated', async () => {
    await postgres.query("INSERT INTO schema_migrations (version, name) VALUES (99, 'from the future')");
    const service = await start(postgres.env);
    expect((await service.request('/api/info')).json).toMatchObject({ database: { schema: 99 } });
    await postgres.query('DELETE FROM schema_migrations WHERE version = 99');
  });

  test('make the first requests of a new task wait rather than fail', async () => {
    const locked =
      "SELECT 1 FROM pg_locks WHERE relation = 'schema_migrations'::regclass AND granted AND mode = 'AccessExclusiveLock'";
    const lock = postgres.query('BEGIN; LOCK TABLE schema_migrations; SELECT pg_sleep(1); COMMIT');
    await until(async () => (await postgres.query(locked)).length > 0);
    const service = await start(postgres.env, false);
    expect((await service.request('/api/products')).status).toBe(200);
    await lock;
  });

  test('do not bring back products that a shop has removed', async () => {
    await postgres.query('DELETE FROM products WHERE id = 1');
    const service = await start(postgres.env);
    expect((await service.request('/api/products/1')).status).toBe(404);
  });

  test('give the search an index where the server has pg_trgm', async () => {
    const indexes = await postgres.query(
      "SELECT indexname FROM pg_indexes WHERE indexname = 'products_by_name_part'",
    );
    const available = await postgres.query("SELECT name FROM pg_available_extensions WHERE name = 'pg_trgm'");
    expect(indexes).toHaveLength(available.length);
  });
});

describe('when the database is away', () => {
  test('the service starts all the same, answers 503, and works as soon as the database is there', async () => {
    await postgres.stop();
    const service = await start({ ...postgres.env, ...quick }, false);
    expectUnavailable(await service.request('/api/products'));
    expectUnavailable(await service.send('POST', '/api/products', { name: 'x', price: 1 }));
    expect((await service.request('/health')).status).toBe(200);
    expect((await service.request('/api/info')).json).toMatchObject({
      database: { status: 'unavailable', schema: null },
    });
    await postgres.start();
    await until(async () => (await service.request('/api/products/2')).status === 200);
  }, 60_000);

  test('a running service answers 503 while it is stopped, stays healthy, and recovers by itself', async () => {
    const service = await start({ ...postgres.env, ...quick });
    const statuses = new Map<number, number>();
    let running = true;
    const client = async () => {
      while (running) {
        const { status } = await service.request('/api/products?limit=5');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    await until(() => (statuses.get(200) ?? 0) > 50);
    await postgres.stop();
    await until(() => (statuses.get(503) ?? 0) > 20);
    expectUnavailable(await service.send('PUT', '/api/products/2', { name: 'x', price: 1 }));
    expect((await service.request('/health')).status).toBe(200);
    await postgres.start();
    await until(async () => (await service.request('/api/products?limit=5')).status === 200);
    running = false;
    await clients;
    expect([...statuses.keys()].sort()).toEqual([200, 503]);
    expect(service.process.exitCode).toBeNull();
    expect(service.output()).not.toContain(postgres.password);
  }, 60_000);

  test('a server restart between two requests is not noticed by a reader', async () => {
    const service = await start(postgres.env);
    await Promise.all(Array.from({ length: 20 }, (_, i) => service.request(`/api/products/${i + 1}`)));
    await postgres.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'catalog'",
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => service.request('/api/products?limit=5')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  test('a read whose connection breaks before the answer is repeated once', async () => {
    const proxy = await cuttingProxy('SELECT 7');
    try {
      const service = await start({ ...postgres.env, DB_PORT: String(proxy.port) });
      expect((await service.request('/api/products?limit=6')).status).toBe(200);
      expect(proxy.cuts()).toBe(1);
    } finally {
      proxy.close();
    }
  });

  test('a server that does not answer costs each request no more than the timeouts, and then all is well again', async () => {
    const service = await start({ ...postgres.env, ...quick });
    await postgres.freeze();
    try {
      const answers = await Promise.all([
        ...Array.from({ length: 20 }, (_, i) => service.request(`/api/products/${i + 2}`)),
        ...Array.from({ length: 20 }, () =>
          service.send('POST', '/api/products', { name: 'frozen', price: 1 }),
        ),
      ]);
      for (const answer of answers) expectUnavailable(answer);
      expect((await service.request('/health')).status).toBe(200);
    } finally {
      await postgres.thaw();
    }
    await until(async () => (await service.request('/api/products/2')).status === 200);
    // Whatever had been sent before the server froze may have been done; nothing may have been done twice.
    const [{ count }] = (await postgres.query(
      "SELECT count(*)::int FROM products WHERE name = 'frozen'",
    )) as [{ count: number }];
    expect(count).toBeLessThanOrEqual(20);
  }, 60_000);

  test('a lock held by another makes a write wait no longer than the timeout', async () => {
    const service = await start({ ...postgres.env, ...quick });
    await postgres.query('SELECT 1');
    const blocked = postgres.query(
      'BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT',
    );
    await until(
      async () =>
        (
          await postgres.query(
            "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'products'::regclass",
          )
        ).length > 0,
    );
    expectUnavailable(await service.send('POST', '/api/products', { name: 'x', price: 1 }));
    await blocked;
    expect((await service.send('POST', '/api/products', { name: 'x', price: 1 })).status).toBe(201);
  });
});

test('a server whose connections others hold makes requests wait for ours instead of failing', async () => {
  const service = await start({ ...postgres.env, DB_POOL_SIZE: '80' });
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      service.send('POST', '/api/products', { name: `Crowd ${i}`, price: 1 }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  await service.stop();
  expect(await postgres.query("SELECT count(*)::int FROM products WHERE name LIKE 'Crowd %'")).toEqual([
    { count: 300 },
  ]);
});

describe('writes', () => {
  test('that were answered 201 survive kill -9 of the service, and none is there twice', async () => {
    const service = await start(postgres.env);
    const answered: string[] = [];
    let number = 0;
    const client = async () => {
      for (;;) {
        number += 1;
        const name = `Durable ${number}`;
        const { status } = await service.send('POST', '/api/products', { name, price: 1 });
        if (status === 201) answered.push(name);
      }
    };
    const clients = Promise.allSettled(Array.from({ length: 8 }, client));
    await until(() => answered.length > 200);
    service.process.kill('SIGKILL');
    await clients;
    const rows = (await postgres.query("SELECT name FROM products WHERE name LIKE 'Durable %'")) as {
      name: string;
    }[];
    const stored = rows.map(({ name }) => name);
    expect(new Set(stored).size).toBe(stored.length);
    expect(answered.filter((name) => !stored.includes(name))).toEqual([]);
  });

  test('are never repeated: one whose connection breaks is answered 503', async () => {
    const proxy = await cuttingProxy('INSERT 0 1');
    try {
      const service = await start({ ...postgres.env, DB_PORT: String(proxy.port) });
      const answer = await service.send('POST', '/api/products', { name: 'Cut off', price: 1 });
      expectUnavailable(answer);
      expect(answer.json).toMatchObject({ error: expect.stringContaining('may or may not have been made') });
      expect(proxy.cuts()).toBe(1);
      expect(await postgres.query("SELECT name FROM products WHERE name = 'Cut off'")).toHaveLength(1);
    } finally {
      proxy.close();
    }
  });
});

describe('TLS to the database', () => {
  let root: string;
  let secure: TestPostgres;

  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'catalog-tls-'));
    chmodSync(root, 0o755);
    const key = path.join(root, 'key.pem');
    const cert = path.join(root, 'cert.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    );
    chmodSync(key, 0o600);
    if (process.getuid?.() === 0) {
      const uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
      chownSync(key, uid, -1 >>> 0);
    }
    secure = await startPostgres({ tls: { cert, key } });
  }, 60_000);

  afterAll(async () => {
    await secure?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  const sessions =
    "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'catalog'";

  test.each([
    ['verify-full', true],
    ['require', true],
    ['disable', false],
  ])('%s', async (mode, encrypted) => {
    await start({
      ...secure.env,
      DB_HOST: 'localhost',
      DB_SSL: mode,
      DB_SSL_CA: path.join(root, 'cert.pem'),
    });
    const rows = (await secure.query(sessions)) as { ssl: boolean }[];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ ssl }) => ssl === encrypted)).toBe(true);
  });

  test.each<[string, () => Readonly<Record<string, string>>]>([
    ['a certificate nobody has vouched for', () => ({ DB_HOST: 'localhost' })],
    [
      'another name than the certificate has',
      () => ({ DB_HOST: '127.0.0.1', DB_SSL_CA: path.join(root, 'cert.pem') }),
    ],
  ])('verify-full refuses %s', async (_what, env) => {
    const service = await start({ ...secure.env, ...env(), DB_SSL: 'verify-full' }, false);
    await until(() => service.output().includes('will try again'));
    expectUnavailable(await service.request('/api/products'));
    expect(await secure.query(sessions)).toEqual([]);
  });
});
