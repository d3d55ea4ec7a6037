import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { auroraPostgres } from '@breakwater/plan';
import type { EngineEventRecord, LogLine, Snapshot, TraceRecord, TraceSummary } from '@breakwater/protocol';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import {
  cleanUpAfterEach,
  connectionIn,
  createProject,
  eventually,
  isAlive,
  planOf,
  type Running,
  startReady,
} from './harness.ts';

cleanUpAfterEach();

const stores = { products: auroraPostgres({ database: 'productdb' }) };

/** All files below a folder but the database's own. */
function* filesOf(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== 'stores') yield* filesOf(path);
    else if (entry.isFile()) yield path;
  }
}

const tasksOf = ({ engine }: Running) => engine.snapshot().tasks.filter(({ state }) => state === 'RUNNING');
const healthy = (running: Running, count: number) =>
  eventually(
    () => running.web(),
    (web) => web.healthy === count && web.running === count,
  );

describe('chaos through the control API', () => {
  it('stops and kills tasks, and takes back Spot tasks; each is replaced', async () => {
    const plan = planOf({ scaling: { tasks: 4 }, capacity: { spot: 70, onDemand: { weight: 30, base: 1 } } });
    const running = await startReady(createProject(), plan);
    const { ask, control, events } = running;
    const [first, second] = tasksOf(running);
    await ask('/v1/chaos', { action: 'stop-task', task: first?.id.slice(0, 12) });
    await healthy(running, 4);
    await ask('/v1/chaos', { action: 'kill-task', task: second?.id });
    await eventually(() => !isAlive(second?.pid ?? 0));
    await healthy(running, 4);
    const spot = tasksOf(running).filter(({ capacityProvider }) => capacityProvider === 'FARGATE_SPOT');
    const answer = await ask<{ tasks: string[] }>('/v1/chaos', { action: 'reclaim-spot' });
    expect([...answer.tasks].sort()).toEqual(spot.map(({ id }) => id).sort());
    await eventually(
      () =>
        running.engine
          .snapshot()
          .tasks.filter(
            ({ id, stopCode, state }) =>
              answer.tasks.includes(id) && state === 'STOPPED' && stopCode === 'SpotInterruption',
          ).length,
      (count) => count === spot.length,
    );
    await healthy(running, 4);
    expect(events.filter(({ kind }) => kind === 'chaos')).toHaveLength(3);
    expect((await control('/v1/chaos', { action: 'kill-task', task: 'ffff' })).status).toBe(404);
    expect((await control('/v1/chaos', { action: 'reclaim-spot', service: 'wep' })).status).toBe(404);
  });

  it('loses a zone and brings it back, but never the last', async () => {
    const running = await startReady(
      createProject(),
      planOf({ scaling: { tasks: 2 } }, { network: { zones: 2 } }),
    );
    const { ask, control, engine } = running;
    const [one, two] = engine.snapshot().zones.map(({ name }) => name);
    await ask('/v1/chaos', { action: 'lose-zone', zone: one });
    expect(engine.snapshot().zones[0]).toEqual({ name: one, lost: true });
    await healthy(running, 2);
    await eventually(() => tasksOf(running).every(({ zone }) => zone === two));
    expect((await control('/v1/chaos', { action: 'lose-zone', zone: two })).status).toBe(409);
    expect((await control('/v1/chaos', { action: 'lose-zone', zone: 'nowhere' })).status).toBe(404);
    await ask('/v1/chaos', { action: 'restore-zone', zone: one });
    await eventually(
      () =>
        tasksOf(running)
          .map(({ zone }) => zone)
          .sort()
          .join(),
      (zones) => zones === `${one},${two}`,
    );
    await healthy(running, 2);
  });
});

describe('a system with a database', () => {
  it('slows and stops it by chaos, and its password is in no log, event, snapshot, plan, file or process list', async () => {
    const project = createProject();
    const running = await startReady(
      project,
      planOf({ uses: ['products'], scaling: { tasks: 1 } }, { stores }),
    );
    const { ask, engine, control } = running;
    // The test's service shows its environment, as none should.
    const environment: Record<string, string> = JSON.parse(await running.get('/env'));
    const connection = connectionIn(environment);
    const { password } = connection;
    expect(password.length).toBeGreaterThan(10);
    const query = async (): Promise<number> => {
      const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
      client.on('error', () => {});
      await client.connect();
      try {
        const began = performance.now();
        await client.query('SELECT 1');
        return performance.now() - began;
      } finally {
        await client.end();
      }
    };
    await query();
    await ask('/v1/chaos', { action: 'slow-database', database: 'products', delayMs: 200 });
    expect(await query()).toBeGreaterThanOrEqual(200);
    await ask('/v1/chaos', { action: 'slow-database', database: 'products', delayMs: 0 });
    await ask('/v1/chaos', { action: 'stop-database', database: 'products' });
    expect(engine.snapshot().stores[0]?.state).toBe('stopped');
    await expect(query()).rejects.toThrow();
    await ask('/v1/chaos', { action: 'start-database', database: 'products' });
    await query();
    expect((await control('/v1/chaos', { action: 'stop-database', database: 'nothing' })).status).toBe(404);

    const said = [
      JSON.stringify(engine.snapshot()),
      JSON.stringify(running.events),
      JSON.stringify(running.lines),
      await (await control('/v1/plan')).text(),
      await (await control('/v1/logs?tail=10000')).text(),
      execFileSync('ps', ['axww', '-o', 'args='], { encoding: 'utf8' }),
    ];
    for (const text of said) expect(text.includes(password)).toBe(false);
    for (const file of filesOf(join(project.directory, '.breakwater'))) {
      if (!readFileSync(file, 'utf8').includes(password)) continue;
      expect(statSync(file).mode & 0o077, file).toBe(0);
      expect(file).toMatch(/secrets|credentials/);
    }
  }, 60_000);
});

describe('what a system says', () => {
  it('can be followed: events and logs, from the past into the future', async () => {
    const running = await startReady(createProject(), planOf({ scaling: { tasks: 1 } }));
    const { control, get } = running;
    const abort = new AbortController();
    const { controlUrl, token } = running.engine.file;
    const follow = async (path: string) => {
      const response = await fetch(`${controlUrl}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: abort.signal,
      });
      const items: unknown[] = [];
      void (async () => {
        let rest = '';
        for await (const chunk of response.body ?? []) {
          const parts = (rest + Buffer.from(chunk).toString()).split('\n');
          rest = parts.pop() ?? '';
          items.push(...parts.map((text) => JSON.parse(text) as unknown));
        }
      })().catch(() => {});
      return items;
    };
    // The stream's lines are what the protocol says.
    const lines = (await follow('/v1/logs?source=web&tail=5&follow=1')) as LogLine[];
    const events = (await follow('/v1/events?follow=1')) as EngineEventRecord[];
    await get('/say?what=hello');
    await eventually(() => lines.some(({ line }) => line === 'said /say?what=hello'));
    const [task] = running.engine.snapshot().tasks;
    await running.ask('/v1/chaos', { action: 'stop-task', task: task?.id });
    await eventually(() =>
      events.some((event) => event.kind === 'task' && event.task === task?.id && event.state === 'STOPPED'),
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const last = events.at(-1)?.seq ?? 0;
    const after = await (await control(`/v1/events?after=${last}`)).text();
    for (const line of after.split('\n').filter(Boolean)) {
      // As above.
      expect((JSON.parse(line) as EngineEventRecord).seq).toBeGreaterThan(last);
    }
    abort.abort();
  });

  it('shows the spans that a task sends, under its own trace', async () => {
    const running = await startReady(createProject(), planOf({ tracing: 'otel', scaling: { tasks: 1 } }));
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = JSON.parse(await running.get('/env')) as Record<
      string,
      string
    >;
    const traceId = '5b8efff798038103d269b633813fc60c';
    const now = BigInt(Date.now()) * 1_000_000n;
    const span = {
      traceId,
      spanId: 'eee19b7ec3c1b174',
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: String(now),
      endTimeUnixNano: String(now + 5_000_000n),
      status: {},
    };
    const attributes = [{ key: 'service.name', value: { stringValue: 'web' } }];
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }],
      }),
    });
    expect(response.status).toBe(200);
    const [summary] = await running.ask<TraceSummary[]>('/v1/traces?service=web');
    expect(summary?.id).toContain(traceId.slice(8));
    const found = await running.ask<TraceRecord>(`/v1/traces/${summary?.id}`);
    expect(found.records.map(({ name }) => name)).toEqual(['GET /']);
  });

  it('has the same snapshot by the control API as in the process', async () => {
    const running = await startReady(createProject(), planOf({ scaling: { tasks: 1 } }));
    await running.get('/');
    const asked = await running.ask<Snapshot>('/v1/snapshot');
    const { services, tasks, zones, url } = running.engine.snapshot();
    expect(asked).toMatchObject({ url, zones });
    expect(asked.tasks.map(({ id, pid }) => [id, pid])).toEqual(tasks.map(({ id, pid }) => [id, pid]));
    expect(asked.services.map(({ name }) => name)).toEqual(services.map(({ name }) => name));
  });
});
