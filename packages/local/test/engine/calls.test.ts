import type { MetricSeries } from '@breakwater/protocol';
import { describe, expect, it } from 'vitest';
import { backTasks, call, callsPlan, callsProject, edgeOf, send } from './calls-harness.ts';
import { cleanUpAfterEach, eventually, type Running, startReady } from './harness.ts';

cleanUpAfterEach();

/** Starts the system and waits until as many tasks of `back` get calls. */
async function startCalls(
  plan = callsPlan(),
  options: Parameters<typeof startReady>[2] = {},
  endpoints = 2,
): Promise<Running> {
  const running = await startReady(callsProject(), plan, options);
  await eventually(() => edgeOf(running).endpoints === endpoints);
  return running;
}

/** Calls one after the other in several lanes until told to stop; gives every answer that was not 200. */
function keepCalling(running: Running, path: string, options?: Parameters<typeof send>[1]) {
  const failed: unknown[] = [];
  let done = false;
  let sent = 0;
  const lanes = Array.from({ length: 8 }, async () => {
    while (!done) {
      sent += 1;
      const answer = await call(running, path, options).catch((error: unknown) => ({
        status: 0,
        body: error,
      }));
      if (answer.status !== 200) failed.push(answer);
    }
  });
  return {
    sent: () => sent,
    async stop() {
      done = true;
      await Promise.all(lanes);
      return failed;
    },
  };
}

/** Whether the last deployment of `back` has completed. */
function serving(running: Running): boolean {
  const back = running.engine.snapshot().services.find(({ name }) => name === 'back');
  return back?.deployments.at(-1)?.state === 'COMPLETED';
}

describe('a call', () => {
  it('reaches the tasks of the callee in turn, at the address that only the caller is given', async () => {
    const running = await startCalls();
    const pids = await Promise.all(Array.from({ length: 20 }, () => call(running, '/')));
    const counts = new Map<string, number>();
    for (const { body } of pids) counts.set(body, (counts.get(body) ?? 0) + 1);
    expect([...counts.values()]).toEqual([10, 10]);
    const { body } = await send(`${running.engine.file.url}/env`);
    // The service answers with its environment.
    expect((JSON.parse(body) as Record<string, string>)['BACK_URL']).toBe(edgeOf(running).url);
  });

  it('passes on what it is given: headers of traces and proxies, bodies, streams', async () => {
    const running = await startCalls();
    const headers = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      'x-request-id': 'r-1',
    };
    const seen = JSON.parse((await call(running, '/headers', { headers })).body) as Record<string, string>;
    expect(seen).toMatchObject({ traceparent: headers.traceparent, 'x-request-id': 'r-1' });
    // The load balancer before the caller puts its own part in front; the proxy leaves it as the caller sent it.
    expect(seen['x-amzn-trace-id']).toContain('Root=1-5759e988-bd862e3fe1be46a994272793');
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
    expect(seen['x-amzn-trace-id']?.match(/Root=/g)).toHaveLength(1);
    const body = 'ä'.repeat(50_000);
    expect((await call(running, '/echo', { method: 'POST', body })).body === body).toBe(true);
    const started = performance.now();
    const parts: number[] = [];
    const response = await fetch(`${running.engine.file.url}/x?path=/stream`);
    for await (const _ of response.body ?? []) parts.push(performance.now() - started);
    // It comes in parts, not at the end: how far apart they are sent is the callee's doing.
    expect(parts.length).toBeGreaterThanOrEqual(3);
    expect((parts.at(-1) ?? 0) - (parts[0] ?? 0)).toBeGreaterThan(200);
  });

  it('is measured per caller, and shown', async () => {
    const running = await startCalls();
    for (let n = 0; n < 10; n += 1) await call(running, '/');
    const edge = await eventually(
      () => edgeOf(running),
      ({ requestsPerSecond }) => requestsPerSecond > 0,
    );
    expect(edge).toMatchObject({ from: 'web', to: 'back', errors: 0, endpoints: 2, ejected: [] });
    expect(edge.p50).toBeGreaterThan(0);
    const sum = async (caller: string) => {
      const query = `metric=HTTPCode_Target_2XX_Count&service=back&caller=${caller}&seconds=60`;
      const [series] = await running.ask<MetricSeries[]>(`/v1/metrics?${query}`);
      return series?.values.reduce<number>((all, value) => all + (value ?? 0), 0);
    };
    expect([await sum('web'), await sum('*'), await sum('nobody')]).toEqual([10, 10, 0]);
    // The load balancer's own metrics know nothing of calls.
    const [own] = await running.ask<MetricSeries[]>('/v1/metrics?metric=RequestCount&service=back');
    expect(own?.values.every((value) => value === null)).toBe(true);
  });
});

describe('a caller that the definition does not name', () => {
  it.runIf(process.platform === 'linux')('is refused with a sentence, and gets no address', async () => {
    const plan = callsPlan(
      {},
      {
        other: {
          image: './other',
          process: { command: ['node', 'server.mjs'] },
          routes: ['/other'],
          health: '/health',
          scaling: { tasks: 1 },
        },
      },
    );
    const running = await startCalls(plan);
    const { url } = edgeOf(running);
    // From this process, which is no task at all.
    const direct = await send(`${url}/`);
    expect(direct.status).toBe(403);
    expect(direct.body).toMatch(/for calls from web to back, and the caller is no task of web/);
    // From a task of another service, which has found the address out.
    const task = running.engine.snapshot().tasks.find(({ service }) => service === 'other');
    const through = await send(`http://127.0.0.1:${task?.port}/other?url=${encodeURIComponent(`${url}/`)}`);
    expect(through.status).toBe(403);
    const environment = await send(`http://127.0.0.1:${task?.port}/env`);
    expect(environment.body).not.toContain('BACK_URL');
    // Both are told, with who it was.
    const told = () => running.events.flatMap((event) => (event.kind === 'call' ? [event] : []));
    await eventually(() => told().length === 2);
    expect(told().map(({ from, to, message }) => [from, to, message])).toEqual([
      [
        'web',
        'back',
        expect.stringMatching(/^A process that is no task used .* 403: it is for tasks of web/),
      ],
      ['web', 'back', expect.stringMatching(/^A task of other used .* no call from other to back\.$/)],
    ]);
    // Who may, still may.
    expect((await call(running, '/')).status).toBe(200);
  });
});

describe('a task of the callee', () => {
  it('that is killed costs no call that may be repeated', async () => {
    const running = await startCalls(callsPlan(), { timeScale: 20 });
    await eventually(() => serving(running));
    const load = keepCalling(running, '/slow?ms=2');
    for (let round = 0; round < 3; round += 1) {
      const before = load.sent();
      await eventually(() => load.sent() > before + 100);
      const pid = backTasks(running)[0]?.pid;
      if (pid != null) process.kill(pid, 'SIGKILL');
      await eventually(() => {
        const pids = backTasks(running).map((task) => task.pid);
        return pids.length === 2 && !pids.includes(pid ?? 0) && edgeOf(running).endpoints === 2;
      });
    }
    expect(await load.stop()).toEqual([]);
    expect(load.sent()).toBeGreaterThan(300);
  });

  it('that fails is left out for a while, and comes back', async () => {
    const running = await startCalls(callsPlan(), { timeScale: 20 });
    const [sick] = backTasks(running);
    await send(`http://127.0.0.1:${sick?.port}/sick`);
    const failed: number[] = [];
    for (let n = 0; n < 20; n += 1) failed.push((await call(running, '/')).status);
    expect(edgeOf(running).ejected).toEqual([sick?.id]);
    expect(failed.filter((status) => status === 500)).toHaveLength(5);
    expect(edgeOf(running).errors).toBeGreaterThanOrEqual(5);
    await send(`http://127.0.0.1:${sick?.port}/well`);
    await eventually(() => edgeOf(running).ejected.length === 0);
    const pids = await Promise.all(Array.from({ length: 10 }, () => call(running, '/')));
    expect(new Set(pids.map(({ body }) => body)).size).toBe(2);
  });

  it('gets no calls before it listens, and none once it is told to stop', async () => {
    const running = await startCalls();
    const load = keepCalling(running, '/slow?ms=5', { method: 'POST', body: 'not to be repeated' });
    await running.ask('/v1/scale', { service: 'back', desired: 4 });
    await eventually(() => edgeOf(running).endpoints === 4);
    await running.ask('/v1/scale', { service: 'back', desired: 1, minimum: 1 });
    await eventually(() => backTasks(running).length === 1);
    expect(await load.stop()).toEqual([]);
  });

  it('is replaced by a deployment without a failed call', async () => {
    const running = await startCalls(callsPlan({ environment: { START_MS: '300' } }), { timeScale: 20 });
    const load = keepCalling(running, '/version', { method: 'POST', body: 'x' });
    await eventually(() => serving(running));
    await running.ask('/v1/redeploy', { service: 'back' });
    await eventually(() => serving(running));
    expect(new Set(backTasks(running).map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(await load.stop()).toEqual([]);
  });
});

describe('a staged deployment of the callee', () => {
  it('shifts calls with the traffic: none on the new tasks before, all after, none lost', async () => {
    const project = callsProject();
    const back = { routes: ['/back'], health: { path: '/', grace: '0 s' } } as const;
    const plan = callsPlan({ ...back, deployment: { strategy: 'blue-green', bake: '2 min' } });
    const running = await startReady(project, plan, { timeScale: 60 });
    await eventually(() => serving(running) && edgeOf(running).endpoints === 2);
    const stageOf = () =>
      running.engine
        .snapshot()
        .services.find(({ name }) => name === 'back')
        ?.deployments.at(-1);
    const load = keepCalling(running, '/version', { method: 'POST', body: 'x' });
    project.write('back/VERSION', 'two');
    await running.ask('/v1/redeploy', { service: 'back' });
    // Old and new tasks are known to the caller; until the traffic shifts, the new ones get no call.
    await eventually(() => edgeOf(running).endpoints === 4);
    await eventually(async () => {
      const { body } = await call(running, '/version');
      if (stageOf()?.trafficPercent === 0) expect(body).toBe('one');
      return stageOf()?.trafficPercent !== 0;
    });
    await eventually(() => stageOf()?.trafficPercent === 100 && stageOf()?.state === 'IN_PROGRESS');
    for (let n = 0; n < 4; n += 1) expect((await call(running, '/version')).body).toBe('two');
    await eventually(() => serving(running) && edgeOf(running).endpoints === 2);
    expect(await load.stop()).toEqual([]);
    expect((await call(running, '/version')).body).toBe('two');
  });
});

describe('when the callee does not answer', () => {
  it('the caller gets 504 after the request timeout', async () => {
    const running = await startCalls(callsPlan({ connect: { timeout: '1 s' } }));
    const answer = await call(running, '/slow?ms=20000');
    expect(answer).toMatchObject({ status: 504, body: 'upstream request timeout' });
    expect((await call(running, '/slow?ms=200')).status).toBe(200);
  });

  it('the caller gets 503 at once where it has no task', async () => {
    const running = await startCalls();
    await running.ask('/v1/scale', { service: 'back', desired: 0, minimum: 0 });
    await eventually(() => edgeOf(running).endpoints === 0);
    expect(await call(running, '/')).toMatchObject({ status: 503, body: 'no healthy upstream' });
  });
});

describe('a WebSocket', () => {
  it('goes through to the callee, both ways', async () => {
    const plan = callsPlan({}, {});
    const web = plan.services['web'];
    if (web === undefined) throw new Error('There is no service web.');
    const running = await startReady(callsProject(), plan, { commands: { web: ['node', 'socket.mjs'] } });
    await eventually(() => edgeOf(running).endpoints === 2);
    expect((await send(`${running.engine.file.url}/talk`)).body).toBe(
      'HTTP/1.1 101 Switching Protocols|hello|again',
    );
  });
});
