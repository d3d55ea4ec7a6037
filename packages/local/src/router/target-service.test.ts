import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  atEnd,
  cleanUp,
  closedPort,
  eventually,
  get,
  httpTarget,
  rawTarget,
  settings,
  startRouter,
  statusOf,
  type TestTarget,
} from '../../test/router/harness.ts';
import { createRouter, type TargetHealthChange } from './index.ts';

afterEach(cleanUp);

const names = () => {
  const answers: string[] = [];
  return {
    answers,
    target: (name: string) =>
      httpTarget((_, response) => {
        answers.push(name);
        response.end(name);
      }),
  };
};

/** A target whose health checks get what `status` says. */
async function patient(status: () => number): Promise<TestTarget & { readonly checks: string[] }> {
  const checks: string[] = [];
  const server = await httpTarget((_, response) => response.end('served'));
  server.server.removeAllListeners('request');
  server.server.on('request', (incoming, response) => {
    const isCheck = incoming.url === '/health';
    if (isCheck) checks.push(JSON.stringify([incoming.method, incoming.headers, incoming.httpVersion]));
    response.writeHead(isCheck ? status() : 200).end();
  });
  return { ...server, checks };
}

describe('health checks', () => {
  it('ask as the load balancer does, and one success is enough after registration', async () => {
    const target = await patient(() => 200);
    const changes: TargetHealthChange[] = [];
    const { router } = await startRouter([target], {
      onTargetHealthChange: (change) => changes.push(change),
    });
    await eventually(() => router.targetHealth()[0]?.state === 'healthy');
    expect(JSON.parse(target.checks[0] ?? '')).toEqual([
      'GET',
      { host: `127.0.0.1:${target.port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      '1.1',
    ]);
    expect(changes.map(({ previous, state }) => [previous, state])).toEqual([
      ['unused', 'initial'],
      ['initial', 'healthy'],
    ]);
    expect(router.targetHealth()[0]).toMatchObject({
      id: 't0',
      reason: '',
      detail: 'status 200',
      inFlight: 0,
    });
  });

  it('find a target that starts late soon, without calling it unhealthy meanwhile', async () => {
    const port = await closedPort();
    const { router } = await startRouter([]);
    router.registerTarget('web', { id: 'late', host: '127.0.0.1', port, zone: 'a' });
    await eventually(() => router.targetHealth()[0]?.detail.startsWith('connection refused') === true);
    expect(router.targetHealth()[0]).toMatchObject({ state: 'initial', reason: 'Elb.InitialHealthChecking' });
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    await eventually(() => router.targetHealth()[0]?.state === 'healthy');
  });

  it('take a target out after the threshold, with the reason, and back in after the other', async () => {
    let status = 200;
    const target = await patient(() => status);
    const changes: string[] = [];
    const { router } = await startRouter([target], {
      timeScale: 100,
      onTargetHealthChange: ({ state, reason, detail }) => changes.push(`${state} ${reason} ${detail}`),
    });
    await eventually(() => changes.at(-1)?.startsWith('healthy') === true);
    const before = target.checks.length;
    status = 500;
    await eventually(() => changes.at(-1)?.startsWith('unhealthy') === true);
    expect(changes.at(-1)).toBe('unhealthy Target.ResponseCodeMismatch status 500, expected 200');
    expect(target.checks.length - before).toBeGreaterThanOrEqual(2);
    status = 200;
    await eventually(() => changes.at(-1)?.startsWith('healthy') === true);
    router.setTargetGroup('web', { ...settings, health: { ...settings.health, matcher: '404-410' } });
    await eventually(() => changes.at(-1)?.startsWith('unhealthy') === true);
  });

  it('that get no answer count as timed out', async () => {
    const silent = await rawTarget(() => {});
    const { router } = await startRouter(
      [],
      { timeScale: 50 },
      { ...settings, health: { ...settings.health, path: '/silent', intervalMs: 5000 } },
    );
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : silent.port;
    router.registerTarget('web', { id: 'silent', host: '127.0.0.1', port, zone: 'a' });
    await eventually(() => router.targetHealth()[0]?.state === 'unhealthy');
    expect(router.targetHealth()[0]).toMatchObject({
      reason: 'Target.Timeout',
      detail: 'no answer within 100 ms',
    });
  });

  it('decide who gets requests, unless nobody is healthy: then all do', async () => {
    let status = 200;
    const sick = await patient(() => 503);
    const well = await patient(() => status);
    const { router, port, records } = await startRouter([sick, well], { timeScale: 100 });
    await eventually(
      () =>
        router
          .targetHealth()
          .map(({ state }) => state)
          .join() === 'unhealthy,healthy',
    );
    for (let count = 0; count < 4; count += 1) await get(port);
    expect(records.map(({ target }) => target)).toEqual(['t1', 't1', 't1', 't1']);
    status = 503;
    await eventually(() => router.targetHealth().every(({ state }) => state === 'unhealthy'));
    records.length = 0;
    for (let count = 0; count < 4; count += 1) expect(statusOf(await get(port))).toBe(200);
    expect(records.map(({ target }) => target).sort()).toEqual(['t0', 't0', 't1', 't1']);
  });
});

describe('balancing', () => {
  it('goes round', async () => {
    const { answers, target } = names();
    const { port, router } = await startRouter([await target('a'), await target('b'), await target('c')]);
    await eventually(() => router.targetHealth().every(({ state }) => state === 'healthy'));
    for (let count = 0; count < 9; count += 1) await get(port);
    expect(answers.slice(0, 3).sort().join('')).toBe('abc');
    expect(answers.slice(3)).toEqual([...answers.slice(0, 3), ...answers.slice(0, 3)]);
  });

  it('by least outstanding requests avoids a target that hangs', async () => {
    const hanging = await httpTarget(() => {});
    const quick = await httpTarget((_, response) => response.end('ok'));
    const { port, records, router } = await startRouter(
      [hanging, quick],
      {},
      { ...settings, algorithm: 'least_outstanding_requests' },
    );
    await eventually(() => router.targetHealth().every(({ state }) => state === 'healthy'));
    void get(port).catch(() => {});
    void get(port).catch(() => {});
    await eventually(() => router.inFlight('web', 't0') === 1);
    for (let count = 0; count < 6; count += 1) expect(statusOf(await get(port))).toBe(200);
    expect(records.every(({ target }) => target === 't1')).toBe(true);
  });
});

describe('taking targets out', () => {
  it('lets requests in flight finish and sends no new ones', async () => {
    let finish = (): void => {};
    const slow = await httpTarget((incoming, response) => {
      finish = () => response.end('finished');
      if (incoming.url === '/quick') finish();
    });
    const { port, router, records } = await startRouter([slow]);
    await Promise.all([get(port, '/quick'), get(port, '/quick'), get(port, '/quick')]);
    const pending = get(port);
    await eventually(() => router.inFlight('web', 't0') === 1);
    let drained = false;
    const done = router.deregisterTarget('web', 't0').then(() => {
      drained = true;
    });
    expect(router.targetHealth()[0]).toMatchObject({
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      inFlight: 1,
    });
    expect(statusOf(await get(port))).toBe(503);
    expect(drained).toBe(false);
    finish();
    expect(await pending).toContain('finished');
    await done;
    expect(router.targetHealth()).toEqual([]);
    expect(records.at(-1)).toMatchObject({ status: 200, target: 't0' });
    // Kept-alive connections, idle or just released, are not kept to a target that has left.
    await eventually(() => slow.sockets.size === 0);
  });

  it('cuts off with 502 what is left when the deregistration delay is over', async () => {
    const { port, router, records } = await startRouter(
      [await httpTarget(() => {})],
      {},
      { ...settings, deregistrationDelayMs: 100 },
    );
    const pending = get(port);
    await eventually(() => router.inFlight('web', 't0') === 1);
    await router.deregisterTarget('web', 't0');
    expect(statusOf(await pending)).toBe(502);
    expect(records[0]?.reason).toBe('deregistration-delay-expired');
  });

  it('frees the id for a new target at once', async () => {
    const { port, router } = await startRouter([await httpTarget(() => {})]);
    void get(port).catch(() => {});
    await eventually(() => router.inFlight('web', 't0') === 1);
    void router.deregisterTarget('web', 't0');
    const next = await httpTarget((_, response) => response.end('next'));
    router.registerTarget('web', { id: 't0', host: '127.0.0.1', port: next.port, zone: 'b' });
    expect(router.targetHealth().map(({ state, zone }) => [state, zone])).toEqual([
      ['initial', 'b'],
      ['draining', 'a'],
    ]);
    expect(await get(port)).toContain('next');
  });

  it('targetGone takes effect with the next request', async () => {
    const { answers, target } = names();
    const changes: TargetHealthChange[] = [];
    const { port, router } = await startRouter([await target('a'), await target('b')], {
      onTargetHealthChange: (change) => changes.push(change),
    });
    router.targetGone('t0');
    expect(changes.at(-1)).toMatchObject({ id: 't0', state: 'unused', reason: 'Target.NotRegistered' });
    for (let count = 0; count < 4; count += 1) await get(port);
    expect(answers).toEqual(['b', 'b', 'b', 'b']);
    expect(router.targetHealth()).toHaveLength(1);
  });
});

/** Sends requests over `connections` kept-alive connections until stopped; returns the statuses, 0 for a broken one. */
function load(port: number, connections: number, method: () => string): { stop(): Promise<number[]> } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  atEnd(() => agent.destroy());
  const statuses: number[] = [];
  let running = true;
  const one = () =>
    new Promise<number>((resolve) => {
      const outgoing = request(
        { port, host: '127.0.0.1', agent, method: method(), path: '/load' },
        (response) => {
          response
            .on('end', () => resolve(response.statusCode ?? 0))
            .on('error', () => resolve(0))
            .resume();
        },
      );
      outgoing.on('error', () => resolve(0));
      outgoing.end(outgoing.method === 'POST' ? 'body' : undefined);
    });
  const worker = async () => {
    while (running) statuses.push(await one());
  };
  const workers = Array.from({ length: connections }, worker);
  return {
    stop: async () => {
      running = false;
      await Promise.all(workers);
      return statuses;
    },
  };
}

describe('under load', () => {
  it('replacing targets one after the other, as a deployment does, loses no request', async () => {
    const make = () =>
      httpTarget(
        (incoming, response) =>
          void incoming.resume().on('end', () => setTimeout(() => response.end('ok'), 2)),
      );
    const targets = new Map<string, TestTarget>([
      ['t0', await make()],
      ['t1', await make()],
    ]);
    const { port, router, records } = await startRouter([...targets.values()]);
    await eventually(() => router.targetHealth().every(({ state }) => state === 'healthy'));
    let turn = 0;
    const traffic = load(port, 16, () => (turn++ % 3 === 0 ? 'POST' : 'GET'));
    for (let round = 2; round < 12; round += 1) {
      const id = `t${round}`;
      const target = await make();
      targets.set(id, target);
      router.registerTarget('web', { id, host: '127.0.0.1', port: target.port, zone: 'a' });
      await eventually(() => router.targetHealth().some((one) => one.id === id && one.state === 'healthy'));
      const seen = records.length;
      await eventually(() => records.length > seen + 100);
      const old = `t${round - 2}`;
      await router.deregisterTarget('web', old);
      await targets.get(old)?.close();
    }
    const statuses = await traffic.stop();
    expect(statuses.length).toBeGreaterThan(500);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(records.filter((record) => record.status !== 200)).toEqual([]);
  });

  it('a target that is killed costs only what was in flight on it', async () => {
    const make = () =>
      httpTarget(
        (incoming, response) =>
          void incoming.resume().on('end', () => setTimeout(() => response.end('ok'), 5)),
      );
    const victim = await make();
    const { port, router, records } = await startRouter([victim, await make()]);
    await eventually(() => router.targetHealth().every(({ state }) => state === 'healthy'));
    const traffic = load(port, 16, () => 'POST');
    await eventually(() => records.length > 300 && router.inFlight('web', 't0') > 0);
    const inFlight = router.inFlight('web', 't0');
    void victim.close();
    router.targetGone('t0');
    const killedAt = records.length;
    await eventually(() => records.length > killedAt + 300);
    const statuses = await traffic.stop();
    const lost = statuses.filter((status) => status !== 200);
    expect(inFlight).toBeGreaterThan(0);
    expect(lost.length).toBeLessThanOrEqual(inFlight);
    expect(lost.every((status) => status === 502)).toBe(true);
    expect(records.slice(killedAt).filter(({ target, status }) => target === 't0' && status === 200)).toEqual(
      [],
    );
  });
});

describe('starting and stopping', () => {
  it('says which port is in use and what to do', async () => {
    const { port } = await startRouter([]);
    const second = createRouter();
    await expect(second.listen(port)).rejects.toThrow(
      new RegExp(
        `could not listen on 127\\.0\\.0\\.1:${port}: another program uses port ${port}.*choose another`,
      ),
    );
    expect(await second.listen(0)).toBeGreaterThan(0);
    await second.close();
  });

  it('close lets requests under way finish and takes no new ones', async () => {
    let finish = (): void => {};
    const { port, router } = await startRouter([
      await httpTarget((_, response) => {
        finish = () => response.end('finished');
      }),
    ]);
    const pending = get(port);
    await eventually(() => router.inFlight('web', 't0') === 1);
    const closed = router.close(5000);
    expect(await get(port).catch(() => '')).toBe('');
    finish();
    expect(await pending).toContain('finished');
    await closed;
    expect(router.counts()).toMatchObject({
      clientConnections: 0,
      requestsInFlight: 0,
      upstreamConnections: 0,
    });
  });

  it('close cuts off with 502 what takes longer than the grace', async () => {
    const { port, router, records } = await startRouter([await httpTarget(() => {})]);
    const pending = get(port);
    await eventually(() => router.inFlight('web', 't0') === 1);
    await router.close(50);
    expect(statusOf(await pending)).toBe(502);
    expect(records[0]?.reason).toBe('router-closing');
  });

  it('refuses unknown groups and ids that are taken', async () => {
    const { router } = await startRouter([await httpTarget(() => {})]);
    const target = { id: 't0', host: '127.0.0.1', port: 1, zone: 'a' };
    expect(() => router.registerTarget('nowhere', target)).toThrow(/no target group "nowhere"/);
    expect(() => router.registerTarget('web', target)).toThrow(/already registered/);
    expect(() => router.registerTarget('web', { ...target, id: 'x', port: 70_000 })).toThrow(/port 70000/);
    expect(() => router.removeTargetGroup('web')).toThrow(/still used by a rule/);
    await expect(router.deregisterTarget('web', 'unknown')).resolves.toBeUndefined();
  });
});
