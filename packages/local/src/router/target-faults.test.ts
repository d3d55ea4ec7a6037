import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ask,
  atEnd,
  cleanUp,
  closedPort,
  eventually,
  get,
  httpTarget,
  rawClient,
  rawTarget,
  startRouter,
  statusOf,
} from '../../test/router/harness.ts';

afterEach(cleanUp);

describe('what a target can do wrong', () => {
  it.each<[string, string, string]>([
    ['garbage', 'garbage that is not HTTP at all\r\n\r\n', 'target-malformed-response'],
    ['another protocol', 'SSH-2.0-x\r\n', 'target-malformed-response'],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      'target-malformed-response',
    ],
    [
      'a switch nobody asked for',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
      'target-malformed-response',
    ],
    [
      'a head of more than 32 KB',
      `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(33 * 1024)}\r\n\r\n`,
      'target-headers-too-large',
    ],
    ['an endless head', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70 * 1024)}`, 'target-headers-too-large'],
  ])('%s is answered with 502', async (_, bytes, reason) => {
    const { port, records } = await startRouter([await rawTarget((socket) => socket.write(bytes))]);
    const response = await get(port);
    expect(response).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\nServer: awselb\/2\.0\r\n/);
    expect(response).toContain('<center><h1>502 Bad Gateway</h1></center>');
    expect(records[0]).toMatchObject({ status: 502, reason, target: 't0' });
  });

  it('closing without an answer gives 502, once the request has been sent', async () => {
    let requests = 0;
    const target = await rawTarget((socket) => {
      requests += 1;
      socket.destroy();
    });
    const { port, records } = await startRouter([target]);
    expect(statusOf(await get(port))).toBe(502);
    expect(requests).toBe(1);
    expect(records[0]).toMatchObject({ reason: 'target-closed', targetStatus: 0, retries: 0 });
  });

  it('refusing the connection gives 502 and the client keeps its own', async () => {
    const port0 = await closedPort();
    const { port, records, router } = await startRouter([]);
    router.registerTarget('web', { id: 'dead', host: '127.0.0.1', port: port0, zone: 'a' });
    const all = await ask(
      port,
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(all.match(/HTTP\/1\.1 502/g)).toHaveLength(2);
    expect(records.map((record) => record.reason)).toEqual([
      'target-connection-refused',
      'target-connection-refused',
    ]);
  });

  it('refusing the connection costs nothing while another target answers, bodies included', async () => {
    const make = () => httpTarget((request, response) => void request.pipe(response));
    const [well, first, second] = [await make(), await make(), await make()];
    const { port, records, router } = await startRouter([well, first, second]);
    await eventually(() => router.targetHealth().every(({ state }) => state === 'healthy'));
    await first.close();
    await second.close();
    // All three stay in the rotation until a health check says otherwise.
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody';
    for (let count = 0; count < 6; count += 1)
      expect(await ask(port, post)).toMatch(/^HTTP\/1\.1 200[\s\S]*body/);
    expect(records.every((record) => record.status === 200 && record.target === 't0')).toBe(true);
    expect(records.some((record) => record.retries > 0)).toBe(true);
  });

  it('no registered target gives 503', async () => {
    const { port, records } = await startRouter([]);
    expect(await get(port)).toContain('503 Service Temporarily Unavailable');
    expect(records[0]).toMatchObject({ status: 503, reason: 'no-targets', group: 'web', target: '' });
  });

  it('never answering gives 504 after the idle timeout', async () => {
    const { port, records } = await startRouter([await rawTarget(() => {})], { idleTimeoutMs: 100 });
    expect(statusOf(await get(port))).toBe(504);
    expect(records[0]).toMatchObject({ reason: 'target-response-timeout', target: 't0' });
  });

  it('never accepting gives 504 after the connect timeout', async () => {
    const target = await frozenListener();
    // The kernel goes on completing connections for a stopped process until its backlog is full.
    for (let count = 0; count < 8; count += 1) rawClient(target);
    const { port, records, router } = await startRouter([], { connectTimeoutMs: 200 });
    router.registerTarget('web', { id: 'frozen', host: '127.0.0.1', port: target, zone: 'a' });
    expect(statusOf(await get(port))).toBe(504);
    expect(records[0]?.reason).toBe('target-connect-timeout');
  });

  it.each<[string, string]>([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\npart'],
  ])('closing within the body %s cuts the client off, so that it knows', async (_, bytes) => {
    const { port, records } = await startRouter([await rawTarget((socket) => socket.end(bytes))]);
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await client.closed()).endsWith('part')).toBe(true);
    expect(records[0]).toMatchObject({ status: 200, targetStatus: 200, reason: 'target-closed-mid-body' });
  });

  it('broken chunks cut the client off', async () => {
    const target = await rawTarget((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n'),
    );
    const { port, records } = await startRouter([target]);
    await rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n').closed();
    expect(records[0]?.reason).toBe('target-malformed-response');
  });

  it('a response head that comes byte by byte is fine', async () => {
    const target = await rawTarget(async (socket) => {
      for (const byte of 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok') {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const { port } = await startRouter([target]);
    expect((await get(port)).endsWith('\r\n\r\nok')).toBe(true);
  });

  it('more bytes than the response has are not taken for the next response', async () => {
    const connections = new Set<object>();
    const target = await rawTarget((socket) => {
      connections.add(socket);
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
      );
    });
    const { port } = await startRouter([target]);
    const all = await ask(
      port,
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(all).not.toContain('evil');
    expect(connections.size).toBe(2);
  });

  it('answering before the body is complete reaches the client, which then loses its connection', async () => {
    const target = await rawTarget((socket) =>
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno'),
    );
    const { port, records } = await startRouter([target]);
    const client = rawClient(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning');
    const response = await client.closed();
    expect(statusOf(response)).toBe(413);
    expect(response).toContain('Connection: close\r\n');
    expect(records[0]).toMatchObject({ status: 413, reason: 'none' });
  });
});

describe('a connection that the target closes while it is idle', () => {
  it('does not cost a request', async () => {
    const target = await httpTarget((_, response) => response.end('ok'));
    const { port, records } = await startRouter([target]);
    expect(statusOf(await get(port))).toBe(200);
    await eventually(() => target.sockets.size > 0);
    for (const socket of target.sockets) socket.destroy();
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(port)));
    expect(answers.map(statusOf)).toEqual([200, 200, 200, 200, 200]);
    expect(records.every((record) => record.status === 200)).toBe(true);
  });

  it('does not cost a GET that was sent in that very moment, but a POST is not sent twice', async () => {
    const perConnection = new WeakMap<object, number>();
    const methods: string[] = [];
    const target = await rawTarget((socket, bytes) => {
      const count = (perConnection.get(socket) ?? 0) + 1;
      perConnection.set(socket, count);
      methods.push(bytes.toString('latin1').split(' ')[0] ?? '');
      if (count === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
    const { port, records } = await startRouter([target]);
    await get(port);
    expect(statusOf(await get(port))).toBe(200);
    expect(records[1]).toMatchObject({ status: 200, retries: 1 });
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx';
    expect(statusOf(await ask(port, post))).toBe(502);
    expect(methods).toEqual(['GET', 'GET', 'GET', 'POST']);
  });
});

describe('a client that leaves', () => {
  it('takes its request with it: the target sees the abort, the record says 460', async () => {
    let aborted = false;
    const target = await httpTarget((request) => void request.on('close', () => (aborted = true)));
    const { port, records, router } = await startRouter([target]);
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => router.inFlight('web', 't0') === 1);
    client.socket.destroy();
    await eventually(() => aborted && records.length === 1);
    expect(records[0]).toMatchObject({ status: 460, reason: 'client-closed' });
    expect(router.inFlight('web', 't0')).toBe(0);
    expect(router.counts().requestsInFlight).toBe(0);
  });

  it('before its body is complete is recorded with 400', async () => {
    const { port, records, router } = await startRouter([await httpTarget(() => {})]);
    const client = rawClient(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await eventually(() => router.inFlight('web', 't0') === 1);
    client.socket.end();
    await eventually(() => records.length === 1);
    expect(records[0]).toMatchObject({ status: 400, reason: 'client-closed-before-body' });
  });

  it('stops reading: the idle timeout frees what it holds', async () => {
    const target = await httpTarget((_, response) => response.end(Buffer.alloc(32 * 1024 * 1024)));
    const { port, records } = await startRouter([target], { idleTimeoutMs: 200 });
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    client.socket.pause();
    atEnd(() => void client.socket.destroy());
    await eventually(() => records.length === 1);
    expect(records[0]).toMatchObject({ reason: 'client-stalled' });
  });

  it('stops sending its body: 408 after the idle timeout', async () => {
    const { port, records } = await startRouter([await httpTarget(() => {})], { idleTimeoutMs: 100 });
    const response = await ask(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    expect(statusOf(response)).toBe(408);
    expect(records[0]).toMatchObject({ reason: 'client-idle' });
  });
});

/** The port of a process that listens with the smallest backlog and is then stopped, so that it never accepts. */
async function frozenListener(): Promise<number> {
  const script = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  return Number(String(line));
}
