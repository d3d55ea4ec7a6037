import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  atEnd,
  cleanUp,
  eventually,
  httpTarget,
  rawClient,
  rawTarget,
  startRouter,
  statusOf,
} from '../../test/router/harness.ts';

afterEach(cleanUp);

describe('streaming', () => {
  it('an event reaches the client before the response ends', async () => {
    let finish = (): void => {};
    const target = await httpTarget((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: one\n\n');
      finish = () => response.end('data: two\n\n');
    });
    const { port, router } = await startRouter([target]);
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const first = await client.until((text) => text.includes('data: one'));
    expect(first).not.toContain('data: two');
    expect(router.inFlight('web', 't0')).toBe(1);
    finish();
    expect(await client.closed()).toContain('data: two');
  });

  it('100 MB go both ways at once, intact', async () => {
    const target = await httpTarget((incoming, response) => void incoming.pipe(response));
    const { port, records } = await startRouter([target]);
    const block = randomBytes(1024 * 1024);
    const sent = createHash('sha256');
    const received = createHash('sha256');
    let bytes = 0;
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', agent: false });
    const answered = new Promise<void>((resolve, reject) => {
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        response.on('data', (chunk: Buffer) => {
          received.update(chunk);
          bytes += chunk.length;
        });
        response.on('end', resolve);
        response.on('error', reject);
      });
    });
    const blocks = function* () {
      for (let count = 0; count < 100; count += 1) {
        sent.update(block);
        yield block;
      }
    };
    await pipeline(Readable.from(blocks()), outgoing);
    await answered;
    expect(bytes).toBe(100 * 1024 * 1024);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    await eventually(() => records.length === 1);
    expect(records[0]?.bytesIn).toBeGreaterThan(100 * 1024 * 1024);
    expect(records[0]?.bytesOut).toBeGreaterThan(100 * 1024 * 1024);
  });

  // Memory stays bounded because whoever sends too fast is stopped: what has not been read waits in the sender.
  it('a target that does not read stops the client', async () => {
    const target = await rawTarget((socket) => void socket.pause());
    const { port, router } = await startRouter([target]);
    const client = rawClient(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000000\r\n\r\n');
    await eventually(() => router.inFlight('web', 't0') === 1);
    const block = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 100; count += 1) client.socket.write(block);
    await settled(() => client.socket.writableLength);
    expect(client.socket.writableLength).toBeGreaterThan(50 * block.length);
  });

  it('a client that pipelines while it waits is stopped too', async () => {
    const { port, router } = await startRouter([await rawTarget(() => {})]);
    const one = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const client = rawClient(port, one);
    await eventually(() => router.inFlight('web', 't0') === 1);
    const block = Buffer.from(one.repeat(40_000));
    for (let count = 0; count < 64; count += 1) client.socket.write(block);
    await settled(() => client.socket.writableLength);
    expect(client.socket.writableLength).toBeGreaterThan(32 * block.length);
  });

  it('a client that does not read stops the target', async () => {
    let sender: Socket | undefined;
    const block = Buffer.alloc(1024 * 1024);
    const target = await rawTarget((socket) => {
      sender = socket;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${100 * block.length}\r\n\r\n`);
      for (let count = 0; count < 100; count += 1) socket.write(block);
    });
    const { port } = await startRouter([target]);
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    client.socket.pause();
    await eventually(() => sender !== undefined);
    await settled(() => sender?.writableLength ?? 0);
    expect(sender?.writableLength).toBeGreaterThan(50 * block.length);
    client.socket.resume();
    await eventually(() => client.text().length > 100 * block.length);
  });
});

/** Resolves when a value has stayed the same for a while. */
async function settled(value: () => number): Promise<void> {
  let last = Number.NaN;
  for (let same = 0; same < 30; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    same = value() === last ? same + 1 : 0;
    last = value();
  }
}

describe('WebSocket', () => {
  async function webSocketTarget() {
    const target = await httpTarget((_, response) => response.writeHead(426).end());
    const sockets = new WebSocketServer({ server: target.server });
    sockets.on('connection', (socket, incoming) => {
      socket.send(`hello ${incoming.headers['x-forwarded-for']}`);
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    atEnd(() => sockets.close());
    return { target, sockets };
  }

  it('echoes both ways, counts as in flight, and its end is recorded', async () => {
    const { target } = await webSocketTarget();
    const { port, router, records } = await startRouter([target]);
    const client = new WebSocket(`ws://127.0.0.1:${port}/chat`);
    const messages: string[] = [];
    client.on('message', (data) => messages.push(String(data)));
    await new Promise((resolve) => client.once('open', resolve));
    for (let count = 0; count < 100; count += 1) client.send(`message ${count} ${'x'.repeat(count * 100)}`);
    await eventually(() => messages.length === 101);
    expect(messages[0]).toBe('hello 127.0.0.1');
    expect(messages[100]).toMatch(/^message 99 /);
    expect(router.inFlight('web', 't0')).toBe(1);
    expect(records).toHaveLength(0);
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.close(4000, 'done');
    expect(await closed).toBe(4000);
    await eventually(() => records.length === 1);
    expect(records[0]).toMatchObject({ status: 101, reason: 'none', path: '/chat' });
    expect(router.inFlight('web', 't0')).toBe(0);
  });

  it('closes when either side disappears', async () => {
    const { target, sockets } = await webSocketTarget();
    const { port, router } = await startRouter([target]);
    const first = new WebSocket(`ws://127.0.0.1:${port}/`);
    await new Promise((resolve) => first.once('message', resolve));
    const closed = new Promise((resolve) => first.once('close', resolve));
    for (const socket of sockets.clients) socket.terminate();
    expect(await closed).toBe(1006);

    const second = new WebSocket(`ws://127.0.0.1:${port}/`);
    await new Promise((resolve) => second.once('message', resolve));
    second.terminate();
    await eventually(() => sockets.clients.size === 0 && router.inFlight('web', 't0') === 0);
  });

  it('refused by the target is an ordinary response', async () => {
    const { port } = await startRouter([
      await httpTarget((_, response) => response.writeHead(403).end('no')),
    ]);
    const client = rawClient(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n',
    );
    expect(statusOf(await client.until((text) => text.endsWith('0\r\n\r\n') || text.endsWith('no')))).toBe(
      403,
    );
  });

  it('passes half-closes on', async () => {
    const target = await rawTarget((socket, bytes) => {
      if (bytes.includes('Upgrade')) {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
        socket.removeAllListeners('end');
        socket.on('end', () => socket.end('last words'));
      }
    });
    const { port } = await startRouter([target]);
    const client = rawClient(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await client.until((text) => text.includes('101'));
    client.socket.end();
    expect(await client.closed()).toMatch(/last words$/);
  });
});
