import { readFileSync } from 'node:fs';
import type { Snapshot, TaskSnapshot } from '@breakwater/protocol';
import {
  copySystem,
  type DrivenEngine,
  type LoadOutcome,
  type LoadRequest,
  runCli,
  startEngineCli,
  startLoad,
} from '@breakwater/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const system = copySystem('shop');
let engine: DrivenEngine;

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--time-scale', '20', '--no-watch']);
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

const running = (snapshot: Snapshot): readonly TaskSnapshot[] =>
  snapshot.tasks.filter(({ state, health }) => state === 'RUNNING' && health === 'healthy');

/** Two healthy tasks that are none of these, and nothing under way. */
const replaced = (old: readonly string[]) => (snapshot: Snapshot) => {
  const [api] = snapshot.services;
  const tasks = running(snapshot);
  return (
    api?.deployments.every(({ state }) => state !== 'IN_PROGRESS') === true &&
    snapshot.tasks.filter(({ state }) => state !== 'STOPPED').length === 2 &&
    tasks.length === 2 &&
    tasks.every(({ id }) => !old.includes(id))
  );
};

/** Nine reads to one write. */
const request = (n: number): LoadRequest =>
  n % 10 === 0
    ? { method: 'POST', path: '/api/products', body: { name: `Shop lamp ${n}`, price: 19.99 } }
    : { path: n % 2 === 0 ? `/api/products/${(n % 20) + 1}` : '/api/products?limit=10' };

/** What 200 requests a second get while something happens, and for a moment before and after. */
async function whileAsking(happens: () => Promise<void>): Promise<readonly LoadOutcome[]> {
  const load = startLoad({ url: engine.url, requestsPerSecond: 200, next: request });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await happens();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return load.stop();
}

const failures = (outcomes: readonly LoadOutcome[]) =>
  outcomes.filter(({ status }) => status !== 200 && status !== 201);

test('reads, writes, changes and deletes products', async () => {
  const products = `${engine.url}/api/products`;
  const send = (method: string, url: string, body?: object) =>
    fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const made = await send('POST', products, { name: 'Lanterna d’Ancona', price: 49.9, category: 'Luce' });
  expect(made.status).toBe(201);
  const address = engine.url + (made.headers.get('location') ?? '');
  expect(await (await fetch(address)).json()).toMatchObject({
    name: 'Lanterna d’Ancona',
    price: 49.9,
    category: 'Luce',
  });
  expect((await send('PUT', address, { name: 'Lanterna', price: 39.9 })).status).toBe(200);
  expect(await (await fetch(`${products}?category=General&q=Lanterna`)).json()).toMatchObject({ count: 1 });
  expect((await send('POST', products, { name: 'No price' })).status).toBe(400);
  expect((await send('DELETE', address)).ok).toBe(true);
  expect((await fetch(address)).status).toBe(404);
});

test('answers every path itself, where the catalogue leaves the others to the load balancer', async () => {
  const answer = await fetch(`${engine.url}/nothing-here`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('server')).not.toBe('awselb/2.0');
});

test('rolls to another revision without a failed request, and loses nothing that it has written', async () => {
  const before = running(await engine.snapshot()).map(({ id }) => id);
  const outcomes = await whileAsking(async () => {
    await engine.post('/v1/redeploy', { service: 'api' });
    await engine.until('two tasks of the new revision serve', replaced(before));
  });
  expect(outcomes.length).toBeGreaterThan(100);
  expect(failures(outcomes)).toEqual([]);
  const written = outcomes.filter(({ status }) => status === 201);
  expect(written.length).toBeGreaterThan(10);
  for (const { body } of written) {
    const { id } = JSON.parse(body) as { readonly id: number }; // The service's contract.
    expect((await fetch(`${engine.url}/api/products/${id}`)).status).toBe(200);
  }
}, 60_000);

test('kill -9 of a task fails at most what was in flight on it, and nothing once it is known', async () => {
  const [task] = running(await engine.snapshot());
  if (task?.pid == null) throw new Error('No task runs.');
  const { id, pid } = task;
  const outcomes = await whileAsking(async () => {
    process.kill(pid, 'SIGKILL');
    await engine.until('it was replaced', replaced([id]));
  });
  const failed = failures(outcomes);
  // The load has 32 connections.
  expect(failed.length).toBeLessThanOrEqual(32);
  expect(failed.every(({ status }) => status === 502)).toBe(true);
  const events = await engine.events();
  const left = events.find(
    (event) => event.kind === 'task' && event.task === id && event.state === 'DEACTIVATING',
  );
  const last = Math.max(0, ...failed.map(({ dueAt }) => performance.timeOrigin + dueAt));
  expect(last).toBeLessThanOrEqual(left?.at ?? 0);
}, 60_000);

test("names, tags, network and log groups are the shop's, not the catalogue's", async () => {
  const snapshot = await engine.snapshot();
  expect([snapshot.system, snapshot.region]).toEqual(['flask-api', 'eu-south-1']);
  expect(snapshot.services.map(({ name }) => name)).toEqual(['api']);
  expect(new Set(running(snapshot).map(({ zone }) => zone))).toEqual(new Set(['eu-south-1a', 'eu-south-1b']));
  expect(running(snapshot).every(({ capacityProvider }) => capacityProvider === 'FARGATE')).toBe(true);
  expect(snapshot.alarms.map(({ name }) => name).sort()).toEqual([
    'flask-api-cpu-alarm-dev',
    'flask-api-running-tasks-alarm-dev',
  ]);
  const { plan } = JSON.parse((await runCli(system.directory, ['plan', '--json'])).stdout);
  expect(plan.tags).toEqual({
    Environment: 'production',
    Project: 'ecommerce-api',
    ManagedBy: 'Pulumi',
  });
  const groups = Object.values<{ name: string; retentionDays: number }>(plan.logGroups);
  expect(groups.map(({ name, retentionDays }) => [name, retentionDays])).toEqual(
    expect.arrayContaining([
      ['/ecs/flask-api-dev', 7],
      ['/aws/alb/flask-api-dev', 7],
    ]),
  );
  expect(JSON.stringify(plan)).not.toContain('catalog-dev');
});

test.runIf(process.platform === 'linux')('a task finds itself where the definition puts it', async () => {
  const [task] = running(await engine.snapshot());
  const environment = readFileSync(`/proc/${task?.pid}/environ`, 'utf8').split('\0');
  expect(environment).toContain('AWS_REGION=eu-south-1');
  expect(environment).toContain('DB_NAME=products');
  expect(environment).toContain('DB_USERNAME=dbadmin');
  const metadata = environment
    .find((line) => line.startsWith('ECS_CONTAINER_METADATA_URI_V4='))
    ?.split('=')[1];
  const described = await (await fetch(`${metadata}/task`)).json();
  expect(described).toMatchObject({
    Cluster: expect.stringContaining('cluster/flask-api-cluster-dev'),
    Family: 'flask-api-task-dev',
    Limits: { CPU: 1, Memory: 2048 },
    Containers: [{ Name: 'api', Image: 'flask-api-repo-dev' }],
  });
});
