import { afterEach, describe, expect, it } from 'vitest';
import {
  ask,
  cleanUp,
  eventually,
  get,
  httpTarget,
  type RawClient,
  rawClient,
  startRouter,
  statusOf,
} from '../../test/router/harness.ts';

afterEach(cleanUp);

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const VALID = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n',
];
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  '\t',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n\r\n',
  'HTTP/1.1',
  '\xff\xfe',
];

function fuzz(random: () => number): Buffer {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T; // not empty
  if (random() < 0.3)
    return Buffer.from(
      Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256)),
    );
  let text = pick(VALID) + (random() < 0.3 ? pick(VALID) : '');
  for (let count = 1 + Math.floor(random() * 5); count > 0; count -= 1) {
    const at = Math.floor(random() * text.length);
    const kind = random();
    if (kind < 0.3) text = text.slice(0, at) + pick(PIECES) + text.slice(at);
    else if (kind < 0.6) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 4));
    else text = text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
  }
  return Buffer.from(text, 'latin1');
}

describe('whatever a client sends', () => {
  it('10,000 random and mutated byte sequences: answered or closed, and the router still serves', async () => {
    const malformed: string[] = [];
    const target = await httpTarget((request, response) => {
      request.on('error', () => {});
      request.resume().on('end', () => response.end('ok'));
    });
    // Unknown methods are proper HTTP, and a body that the client breaks off ends early at the target too.
    const harmless = ['HPE_INVALID_METHOD', 'HPE_INVALID_EOF_STATE', 'ECONNRESET'];
    target.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!harmless.includes(error.code ?? '')) malformed.push(error.message);
      socket.destroy();
    });
    const { port, records, router } = await startRouter([target], { headTimeoutMs: 400, idleTimeoutMs: 400 });
    const random = generator(20261121);
    for (let batch = 0; batch < 50; batch += 1) {
      const clients: RawClient[] = [];
      for (let index = 0; index < 200; index += 1) {
        const client = rawClient(port, fuzz(random));
        client.socket.end();
        clients.push(client);
      }
      const texts = await Promise.all(clients.map((client) => client.closed()));
      for (const text of texts) if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 \d{3} /);
    }
    expect(statusOf(await get(port))).toBe(200);
    // Nothing that a strict server (llhttp) calls malformed may get past the router.
    expect(malformed).toEqual([]);
    expect(records.some((record) => record.reason === 'malformed-request')).toBe(true);
    await eventually(() => router.counts().requestsInFlight === 0 && router.counts().clientConnections <= 1);
  }, 60_000);

  it.each<[string, string, number]>([
    ['a URL over 16 KB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['an endless URL', `GET /${'a'.repeat(40_000)}`, 414],
    ['a header over 16 KB', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 400],
    [
      'headers over 64 KB',
      `GET / HTTP/1.1\r\nHost: a\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(70)}\r\n`,
      400,
    ],
    ['endless headers', `GET / HTTP/1.1\r\nHost: a\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(100)}`, 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['lines that end with a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n', 400],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['an unknown version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 505],
    ['a bad chunk', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    [
      'a bad chunk that comes later',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab',
      400,
    ],
  ])('%s', async (_, bytes, status) => {
    const { port } = await startRouter([await httpTarget((request) => void request.on('error', () => {}))]);
    const response = await ask(port, Buffer.from(bytes, 'latin1'));
    expect(statusOf(response)).toBe(status);
    expect(response).toContain('Connection: close\r\n');
    expect(response).toContain('Server: awselb/2.0\r\n');
  });

  it('a request hidden in the body of another stays a body', async () => {
    const seen: string[] = [];
    const target = await httpTarget((request, response) => {
      seen.push(request.url ?? '');
      request.resume().on('end', () => response.end());
    });
    const { port } = await startRouter([target]);
    const hidden = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n';
    await ask(
      port,
      `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    await ask(
      port,
      `POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    );
    await ask(
      port,
      `POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n${hidden}`,
    );
    expect(seen).toEqual(['/1', '/2']);
  });

  it('a request that comes byte by byte is served', async () => {
    const { port } = await startRouter([await httpTarget((_, response) => response.end('ok'))]);
    const client = rawClient(port);
    for (const byte of '\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n') {
      client.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(statusOf(await client.closed())).toBe(200);
  });
});

describe('slow clients', () => {
  it('200 that never finish their head do not keep others waiting, and get 408 in the end', async () => {
    const { port, records } = await startRouter([await httpTarget((_, response) => response.end('ok'))], {
      headTimeoutMs: 500,
    });
    const slow = Array.from({ length: 200 }, () => rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-'));
    const trickle = setInterval(() => {
      for (const client of slow) if (!client.socket.destroyed) client.send('a');
    }, 20);
    try {
      const answers = await Promise.all(Array.from({ length: 100 }, () => get(port)));
      expect(answers.every((answer) => statusOf(answer) === 200)).toBe(true);
      const ends = await Promise.all(slow.map((client) => client.closed()));
      expect(ends.every((end) => statusOf(end) === 408)).toBe(true);
      expect(records.filter((record) => record.reason === 'client-idle')).toHaveLength(200);
    } finally {
      clearInterval(trickle);
    }
  });

  it('that say nothing at all are disconnected after the idle timeout', async () => {
    const { port, router } = await startRouter([], { idleTimeoutMs: 100 });
    expect(await rawClient(port).closed()).toBe('');
    await eventually(() => router.counts().clientConnections === 0);
  });

  it('that keep an answered connection open are disconnected after the idle timeout', async () => {
    const { port } = await startRouter([await httpTarget((_, response) => response.end('ok'))], {
      idleTimeoutMs: 100,
    });
    expect(statusOf(await rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n').closed())).toBe(200);
  });
});
