import { once } from 'node:events';
import http from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { startService, type TestService, until } from './service.ts';

let postgres: TestPostgres;
let service: TestService | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterEach(async () => {
  await service?.stop();
});

afterAll(async () => {
  await postgres?.remove();
});

/** One request on a connection that is kept, as a load balancer's are. Rejects when it gets no answer. */
function get(agent: http.Agent, url: string): Promise<{ status: number | undefined; closes: boolean }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (answer) => {
        answer
          .resume()
          .once('end', () =>
            resolve({ status: answer.statusCode, closes: answer.headers.connection === 'close' }),
          );
      })
      .once('error', reject);
  });
}

test('on SIGTERM no request is lost that comes while the load balancer still sends', async () => {
  service = await startService({ ...postgres.env, SHUTDOWN_GRACE_SECONDS: '1' });
  const { url, process } = service;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const statuses: (number | undefined)[] = [];
  const failures: unknown[] = [];
  let sending = true;
  const client = async () => {
    while (sending) {
      await get(agent, `${url}/api/products?limit=5`).then(
        ({ status }) => statuses.push(status),
        (error: unknown) => failures.push(error),
      );
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  await until(() => statuses.length > 100);
  const exit = once(process, 'exit');
  process.kill('SIGTERM');
  await until(async () => (await get(agent, `${url}/health`)).status === 503);
  const atSignal = statuses.length;
  // Longer than the grace: it must go on for as long as requests come.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  sending = false;
  await clients;
  expect(await exit).toEqual([0, null]);
  expect(failures).toEqual([]);
  expect(statuses.length).toBeGreaterThan(atSignal + 100);
  expect(new Set(statuses)).toEqual(new Set([200]));
  agent.destroy();
});

test('while stopping it says so to the load balancer, and asks each client to come back on another connection', async () => {
  service = await startService({ ...postgres.env, SHUTDOWN_GRACE_SECONDS: '2' });
  const agent = new http.Agent({ keepAlive: true });
  expect(await get(agent, `${service.url}/api/products/1`)).toEqual({ status: 200, closes: false });
  service.process.kill('SIGTERM');
  await until(async () => (await service?.request('/health'))?.status === 503);
  expect((await service.request('/health')).json).toEqual({
    status: 'unhealthy',
    service: 'catalog',
    version: '0.1.0',
  });
  expect(await get(agent, `${service.url}/api/products/1`)).toEqual({ status: 200, closes: true });
  agent.destroy();
});

test('a request that is being answered when the door closes is answered', async () => {
  service = await startService(postgres.env);
  const { process } = service;
  const lock = postgres.query(
    'BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1.5); COMMIT',
  );
  const held =
    "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'products'::regclass AND granted";
  await until(async () => (await postgres.query(held)).length > 0);
  const answer = service.request('/api/products/1');
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'catalog'";
  await until(async () => (await postgres.query(waiting)).length > 0);
  const exit = once(process, 'exit');
  process.kill('SIGTERM');
  expect((await answer).status).toBe(200);
  expect(await exit).toEqual([0, null]);
  await lock;
});

test('it stops cleanly while its database is away', async () => {
  service = await startService({ ...postgres.env, DB_PORT: '1' }, { waitForDatabase: false });
  expect(await service.stop()).toBe(0);
});

test('a second signal ends it at once', async () => {
  service = await startService({
    ...postgres.env,
    SHUTDOWN_GRACE_SECONDS: '100',
    SHUTDOWN_LIMIT_SECONDS: '110',
  });
  const { process } = service;
  const exit = once(process, 'exit');
  process.kill('SIGTERM');
  await until(() => service?.output().includes('still serving') === true);
  process.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
});
