import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot, TaskSnapshot } from '@breakwater/protocol';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createdIds, failures, startMixedLoad } from './mixed-load.ts';

// Health checks, back-off and bakes run 20 times faster, so that a broken version fails within seconds.
const TIME_SCALE = '20';
const system = copySystem('catalog');
const main = join(system.directory, 'service', 'src', 'main.ts');
let engine: DrivenEngine;

beforeAll(async () => {
  engine = await startEngineCli(system.directory, ['--time-scale', TIME_SCALE]);
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

const catalog = (snapshot: Snapshot) => {
  const [service] = snapshot.services;
  if (service === undefined) throw new Error('The catalogue is not there.');
  return service;
};
const running = (snapshot: Snapshot): readonly TaskSnapshot[] =>
  snapshot.tasks.filter(({ state }) => state === 'RUNNING');
const steady = (count: number) => (snapshot: Snapshot) => {
  const { desired, healthy, deployments } = catalog(snapshot);
  const busy = deployments.some(({ state }) => state === 'IN_PROGRESS' || state === 'ROLLING_BACK');
  return !busy && desired === count && healthy === count && running(snapshot).length === count;
};

/** The answer's status once the task has found its database again; until then it is 503 with Retry-After. */
async function statusWhenBack(url: string): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url);
    await response.body?.cancel();
    if (response.status !== 503 || tries === 100) return response.status;
    await sleep(100);
  }
}

/** Runs `events` under the load and gives every request that did not end as it should. */
async function underLoad(events: () => Promise<void>) {
  const load = startMixedLoad(engine.url);
  await sleep(500);
  await events();
  await sleep(500);
  const outcomes = await load.stop();
  expect(outcomes.length).toBeGreaterThan(400);
  return outcomes;
}

describe('under 500 requests a second of reads and writes no request fails or is lost', () => {
  test('while a redeployment rolls', async () => {
    const before = catalog(await engine.snapshot()).revision;
    const outcomes = await underLoad(async () => {
      await engine.post('/v1/redeploy', { service: 'catalog' });
      await engine.until(
        'the new revision serves',
        (now) => steady(2)(now) && catalog(now).revision > before,
      );
    });
    expect(failures(outcomes)).toEqual([]);
  }, 60_000);

  test('while the service scales from 2 to 6 and back to 2', async () => {
    const outcomes = await underLoad(async () => {
      await engine.post('/v1/scale', { service: 'catalog', desired: 6 });
      await engine.until('there are six tasks', steady(6));
      await engine.post('/v1/scale', { service: 'catalog', desired: 2 });
      await engine.until('there are two tasks', steady(2));
    });
    expect(failures(outcomes)).toEqual([]);
  }, 90_000);

  test('while Spot tasks are reclaimed', async () => {
    const outcomes = await underLoad(async () => {
      const { tasks } = await engine.chaos({ action: 'reclaim-spot' });
      expect(tasks.length).toBeGreaterThan(0);
      await engine.until(
        'they have been replaced',
        (now) => steady(2)(now) && running(now).every(({ id }) => !tasks.includes(id)),
      );
    });
    expect(failures(outcomes)).toEqual([]);
  }, 60_000);

  test('while a task is stopped', async () => {
    const outcomes = await underLoad(async () => {
      const [task] = running(await engine.snapshot());
      await engine.chaos({ action: 'stop-task', task: task?.id ?? '' });
      await engine.until(
        'it has been replaced',
        (now) => steady(2)(now) && running(now).every(({ id }) => id !== task?.id),
      );
    });
    expect(failures(outcomes)).toEqual([]);
  }, 60_000);

  test('while a version that never becomes healthy is rolled back by the circuit breaker', async () => {
    const source = readFileSync(main, 'utf8');
    const { revision } = catalog(await engine.snapshot());
    const outcomes = await underLoad(async () => {
      // It runs, but listens on nothing.
      writeFileSync(main, 'setInterval(() => {}, 1_000);\n');
      await engine.until(
        'the deployment was rolled back',
        (now) => catalog(now).deployments.at(-1)?.state === 'ROLLED_BACK',
        60_000,
      );
    });
    writeFileSync(main, source);
    expect(failures(outcomes)).toEqual([]);
    const after = catalog(await engine.snapshot());
    expect(after.revision).toBe(revision);
    expect(after.deployments.at(-1)?.reason).toMatch(/circuit breaker/);
    await engine.until(
      'the mended source serves',
      (now) => steady(2)(now) && catalog(now).revision > revision,
    );
  }, 90_000);
});

test('kill -9 of a task fails only what was in flight on it, and nothing afterwards', async () => {
  const [task] = running(await engine.snapshot());
  if (task?.pid == null) throw new Error('No task runs.');
  const { pid } = task;
  const outcomes = await underLoad(async () => {
    process.kill(pid, 'SIGKILL');
    await engine.until(
      'it has been replaced',
      (now) => steady(2)(now) && running(now).every(({ id }) => id !== task.id),
    );
  });
  const failed = outcomes.filter(({ status }) => status !== 200 && status !== 201);
  // 32 connections send: no more can have been in flight.
  expect(failed.length).toBeLessThanOrEqual(32);
  for (const { status } of failed) expect(status).toBe(502);
  const events = await engine.events();
  const left = events.find(
    (event) => event.kind === 'task' && event.task === task.id && event.state === 'DEACTIVATING',
  );
  const lastFailure = Math.max(0, ...failed.map(({ dueAt }) => performance.timeOrigin + dueAt));
  expect(lastFailure).toBeLessThanOrEqual(left?.at ?? 0);
}, 60_000);

test('what was answered with 201 is in the database after kill -9 of every task and of PostgreSQL', async () => {
  const load = startMixedLoad(engine.url);
  await sleep(2_000);
  const { tasks } = await engine.snapshot();
  await engine.chaos({ action: 'stop-database', database: 'products' });
  for (const { pid } of tasks) if (pid !== null) process.kill(pid, 'SIGKILL');
  const ids = createdIds(await load.stop());
  await engine.chaos({ action: 'start-database', database: 'products' });
  await engine.until(
    'tasks and database are back',
    (now) => steady(2)(now) && now.stores[0]?.state === 'running',
    60_000,
  );
  expect(ids.length).toBeGreaterThan(50);
  for (const id of ids) {
    expect(await statusWhenBack(`${engine.url}/api/products/${id}`), `product ${id}`).toBe(200);
  }
}, 120_000);

test('a saved source serves without a command', async () => {
  const { revision } = catalog(await engine.snapshot());
  appendFileSync(main, '\n// saved\n');
  const after = await engine.until(
    'the new revision serves',
    (now) => steady(2)(now) && catalog(now).revision > revision,
  );
  expect(catalog(after).deployments.at(-1)?.state).toBe('COMPLETED');
}, 60_000);
