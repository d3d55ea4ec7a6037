import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, atEnd, cleanUp, get, rawTarget, statusOf, type TestTarget } from '../../test/router/harness.ts';
import type { RequestRecord } from '../router/types.ts';
import { openEdge } from './edge.ts';
import { createEdgePool } from './edge-pool.ts';

afterEach(cleanUp);

async function edgeTo(targets: readonly Pick<TestTarget, 'port'>[], timeouts = { request: 0, idle: 0 }) {
  const records: RequestRecord[] = [];
  const pool = createEdgePool({ name: 'back', now: () => 0, greenPercent: () => 0, random: () => 0 });
  targets.forEach(({ port }, index) => {
    pool.add({ id: `t${index}`, host: '127.0.0.1', port, zone: 'a' }, 'blue');
  });
  const edge = await openEdge({
    from: 'web',
    to: 'back',
    pool,
    perRequestTimeoutMs: timeouts.request,
    idleTimeoutMs: timeouts.idle,
    callers: null,
    onRefused: () => {},
    others: [],
    onCall: (record) => records.push(record),
  });
  atEnd(() => edge.close(0));
  return { edge, pool, records };
}

/** Ends each connection after a request without a byte of response; counts them. */
async function breakingTarget() {
  const seen: string[] = [];
  const target = await rawTarget((socket, bytes) => {
    seen.push(bytes.toString('latin1'));
    socket.resetAndDestroy();
  });
  return { ...target, seen };
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a call whose connection breaks before a response', () => {
  it('goes to another task with the same body where repeating it is harmless', async () => {
    const bad = await breakingTarget();
    const received: string[] = [];
    const good = await rawTarget((socket, bytes) => {
      received.push(bytes.toString('latin1'));
      if (received.join('').length > 20_000) socket.write(ok);
    });
    const { edge, records } = await edgeTo([bad, good]);
    const body = 'x'.repeat(20_000);
    const put = (n: number) =>
      `PUT /${n} HTTP/1.1\r\nHost: back\r\nConnection: close\r\nContent-Length: ${n}\r\n\r\n${'x'.repeat(n)}`;
    expect(statusOf(await ask(edge.port, put(20_000)))).toBe(200);
    expect(received.join('')).toContain(body);
    expect(bad.seen.length).toBeGreaterThan(0);
    expect(records.at(-1)).toMatchObject({ status: 200, retries: 1, target: 't1' });
  });

  it('is the answer where the task may have begun to work on it', async () => {
    const bad = await breakingTarget();
    const good = await rawTarget((socket) => void socket.write(ok));
    const { edge, records } = await edgeTo([bad, good]);
    const answer = await ask(
      edge.port,
      'POST / HTTP/1.1\r\nHost: back\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    );
    expect(statusOf(answer)).toBe(503);
    expect(answer).toMatch(/server: envoy/i);
    expect(answer).toMatch(/disconnect\/reset before headers\. reset reason: connection termination$/);
    expect(records).toMatchObject([{ retries: 0, target: 't0', targetStatus: 0 }]);
  });

  it('goes elsewhere also when the engine notices the end of the process first', async () => {
    const dying = await rawTarget((socket) => {
      pool.gone('t0');
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const good = await rawTarget((socket) => void socket.write(ok));
    const { edge, pool } = await edgeTo([dying, good]);
    expect(statusOf(await get(edge.port))).toBe(200);
  });

  it('is tried three times in all', async () => {
    const bad = await breakingTarget();
    const { edge } = await edgeTo([bad]);
    expect(statusOf(await get(edge.port))).toBe(503);
    expect(bad.seen).toHaveLength(3);
  });
});

describe('time', () => {
  it('limits a call with all its attempts, and a stream that is still under way', async () => {
    const silent = await rawTarget(() => {});
    const endless = await rawTarget((socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nfirst'));
    const slow = await edgeTo([silent], { request: 150, idle: 0 });
    expect(statusOf(await get(slow.edge.port))).toBe(504);
    const stream = await edgeTo([endless], { request: 150, idle: 0 });
    const cut = await get(stream.edge.port);
    expect(cut).toContain('first');
    // The last chunk never came: the caller sees that something is missing.
    expect(cut).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(stream.records).toMatchObject([{ reason: 'request-timeout' }]);
  });

  it('has no limit where the limits are switched off', async () => {
    const server = createServer((_, response) => void setTimeout(() => response.end('late'), 400));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    // A listening server's address is an object.
    const { port } = server.address() as AddressInfo;
    const { edge } = await edgeTo([{ port }]);
    expect(await get(edge.port)).toContain('late');
  });
});

it('does not speak HTTP/1.0, as Service Connect does not', async () => {
  const { edge } = await edgeTo([await rawTarget((socket) => void socket.write(ok))]);
  expect(statusOf(await ask(edge.port, 'GET / HTTP/1.0\r\n\r\n'))).toBe(426);
  expect(statusOf(await get(edge.port))).toBe(200);
});

it('passes the fields of a call on as they came, and adds none', async () => {
  const seen: string[] = [];
  const target = await rawTarget((socket, bytes) => {
    seen.push(bytes.toString('latin1'));
    socket.write(ok);
  });
  const { edge } = await edgeTo([target]);
  const fields =
    'Host: payment.dev.local:8080\r\nX-Forwarded-For: 10.1.2.3, 10.4.5.6\r\nX-Forwarded-Proto: https\r\nX-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n';
  await ask(edge.port, `GET /a?b HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`);
  expect(seen).toEqual([`GET /a?b HTTP/1.1\r\n${fields}\r\n`]);
});
