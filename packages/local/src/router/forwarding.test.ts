import { afterEach, describe, expect, it } from 'vitest';
import {
  ask,
  cleanUp,
  get,
  httpTarget,
  rawClient,
  rawTarget,
  settings,
  startRouter,
  statusOf,
} from '../../test/router/harness.ts';

afterEach(cleanUp);

/** A target that answers with what it received. */
function echo() {
  return httpTarget((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url, rawHeaders, trailers } = request;
      response.end(
        JSON.stringify({ method, url, rawHeaders, trailers, body: Buffer.concat(parts).toString() }),
      );
    });
  });
}

function bodyOf(response: string) {
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n') + 4));
}

function fieldOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === name && index % 2 === 1);
}

describe('a request on its way to a target', () => {
  it("gets the load balancer's headers and keeps its own", async () => {
    const { port } = await startRouter([await echo()]);
    const { rawHeaders, url } = bodyOf(
      await get(port, '/a/../b?c=%20', 'X-Mine: 1\r\nX-Forwarded-For: 9.9.9.9\r\n'),
    );
    expect(url).toBe('/a/../b?c=%20');
    expect(fieldOf(rawHeaders, 'host')).toEqual(['test']);
    expect(fieldOf(rawHeaders, 'x-mine')).toEqual(['1']);
    expect(fieldOf(rawHeaders, 'x-forwarded-for')).toEqual(['9.9.9.9, 127.0.0.1']);
    expect(fieldOf(rawHeaders, 'x-forwarded-proto')).toEqual(['http']);
    expect(fieldOf(rawHeaders, 'x-forwarded-port')).toEqual([String(port)]);
    expect(fieldOf(rawHeaders, 'x-amzn-trace-id')[0]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(fieldOf(rawHeaders, 'connection')).toEqual([]);
  });

  it('keeps the root of a trace that the client began, and the record has it', async () => {
    const { port, records } = await startRouter([await echo()]);
    const { rawHeaders } = bodyOf(
      await get(port, '/', 'X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793\r\n'),
    );
    expect(fieldOf(rawHeaders, 'x-amzn-trace-id')[0]).toMatch(
      /^Self=1-.*;Root=1-5759e988-bd862e3fe1be46a994272793$/,
    );
    expect(records[0]).toMatchObject({ traceRoot: '1-5759e988-bd862e3fe1be46a994272793' });
  });

  it('is recorded with rule, target, status, bytes and times', async () => {
    const { port, records } = await startRouter([await echo()]);
    const response = await get(port, '/x?y');
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      method: 'GET',
      path: '/x?y',
      rule: 'everything',
      group: 'web',
      target: 't0',
      status: 200,
      targetStatus: 200,
      reason: 'none',
      retries: 0,
      bytesIn: 'GET /x?y HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'.length,
      bytesOut: response.length,
    });
    expect(records[0]?.targetMs).toBeGreaterThan(0);
    expect(records[0]?.durationMs).toBeGreaterThanOrEqual(records[0]?.targetMs ?? 0);
  });

  it('carries a body of known length that comes in pieces', async () => {
    const { port } = await startRouter([await echo()]);
    const client = rawClient(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n01',
    );
    await new Promise((resolve) => setImmediate(resolve));
    client.send('234');
    await new Promise((resolve) => setImmediate(resolve));
    client.send('56789');
    expect(bodyOf(await client.closed())).toMatchObject({ method: 'POST', body: '0123456789' });
  });

  it('carries a chunked body and its trailers, however it is cut', async () => {
    const { port } = await startRouter([await echo()]);
    const request =
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n' +
      '5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n';
    const client = rawClient(port);
    for (const byte of request) {
      client.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bodyOf(await client.closed())).toMatchObject({ body: 'hello world', trailers: { 'x-sum': '42' } });
  });

  it('may wait for 100 Continue', async () => {
    const { port } = await startRouter([await echo()]);
    const client = rawClient(
      port,
      'PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
    );
    await client.until((text) => text === 'HTTP/1.1 100 Continue\r\n\r\n');
    client.send('ok');
    expect(await client.closed()).toContain('"body":"ok"');
  });
});

describe('a response on its way to the client', () => {
  it('keeps the connection for the next request, and pipelined requests are answered in order', async () => {
    const { port, records } = await startRouter([await echo()]);
    const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const post = 'POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';
    const all = await ask(port, one('/1') + one('/2') + post + one('/4', 'Connection: close\r\n'));
    expect(all.match(/"url":"\/\d"/g)).toEqual(['"url":"/1"', '"url":"/2"', '"url":"/3"', '"url":"/4"']);
    expect(all.match(/Connection: [a-z-]+/g)).toEqual([
      'Connection: keep-alive',
      'Connection: keep-alive',
      'Connection: keep-alive',
      'Connection: close',
    ]);
    expect(records.map((record) => record.status)).toEqual([200, 200, 200, 200]);
  });

  it('has no body for HEAD, 204 and 304', async () => {
    const target = await httpTarget((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 204 ? {} : { 'Content-Length': '5', ETag: '"x"' });
      response.end(status === 200 ? 'hello' : undefined);
    });
    const { port } = await startRouter([target]);
    const all = await ask(
      port,
      ['HEAD /200', 'GET /204', 'GET /304', 'GET /200']
        .map((line) => `${line} HTTP/1.1\r\nHost: a\r\n`)
        .join('\r\n')
        .concat('Connection: close\r\n\r\n'),
    );
    expect(all.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 204',
      'HTTP/1.1 304',
      'HTTP/1.1 200',
    ]);
    expect(all.split('\r\n\r\n').at(-1)).toBe('hello');
    expect(all.match(/Content-Length: 5/g)).toHaveLength(3);
  });

  it('carries early hints to HTTP/1.1 clients only', async () => {
    const target = await httpTarget((_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('ok');
    });
    const { port } = await startRouter([target]);
    expect(await get(port)).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200/i,
    );
    expect(await ask(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200/);
  });

  it('is passed on chunk by chunk, and without chunks to an HTTP/1.0 client', async () => {
    const target = await httpTarget((_, response) => {
      response.write('one,');
      response.end('two');
    });
    const { port } = await startRouter([target]);
    const chunked = await get(port);
    expect(chunked).toContain('Transfer-Encoding: chunked\r\n');
    expect(chunked).toContain('4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n');
    const plain = await ask(port, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(plain).not.toContain('chunked');
    expect(plain.endsWith('\r\n\r\none,two')).toBe(true);
  });

  it('that ends with the connection becomes chunked, so the client keeps its connection', async () => {
    const target = await rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nuntil the end'));
    const { port } = await startRouter([target]);
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const text = await client.until((received) => received.endsWith('0\r\n\r\n'));
    expect(text).toContain('Connection: keep-alive\r\n');
    expect(text).toContain('d\r\nuntil the end\r\n');
    expect((await ask(port, 'GET / HTTP/1.0\r\n\r\n')).endsWith('\r\n\r\nuntil the end')).toBe(true);
  });

  it('arrives byte for byte, also when it is large or not text', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const target = await httpTarget((_, response) => response.setHeader('X-Latin', '\xe9').end(bytes));
    const { port } = await startRouter([target]);
    const response = await get(port);
    expect(response).toContain('X-Latin: \xe9\r\n');
    expect(Buffer.from(response.slice(response.indexOf('\r\n\r\n') + 4), 'latin1').equals(bytes)).toBe(true);
  });

  it('gets a Date when the target sends none, and only then', async () => {
    const target = await httpTarget((request, response) => {
      response.sendDate = request.url === '/with';
      response.end();
    });
    const { port } = await startRouter([target]);
    expect((await get(port, '/with')).match(/^Date: /gim)).toHaveLength(1);
    expect((await get(port, '/without')).match(/^Date: /gim)).toHaveLength(1);
  });
});

describe('rules', () => {
  it('are tried by priority: fixed responses, redirects, forwards, then the default', async () => {
    const { port, router, records } = await startRouter([await echo()]);
    const path = (value: string) => [{ field: 'path-pattern' as const, values: [value] }];
    router.setRules([
      {
        priority: 30,
        conditions: path('/api/*'),
        action: { kind: 'forward', targetGroups: [{ targetGroup: 'web', weight: 1 }] },
      },
      {
        priority: 10,
        name: 'teapot',
        conditions: path('/api/tea'),
        action: { kind: 'fixed-response', statusCode: 418, contentType: 'application/json', body: '{"é":1}' },
      },
      {
        priority: 20,
        conditions: path('/old/*'),
        action: { kind: 'redirect', statusCode: 301, path: '/new/#{path}' },
      },
    ]);
    expect(await get(port, '/api/tea')).toMatch(
      /^HTTP\/1\.1 418 [\s\S]*Content-Length: 8\r\n[\s\S]*\r\n\r\n\{"Ã©":1\}$/,
    );
    expect(await get(port, '/old/x?q=1')).toContain(`Location: http://test:${port}/new/old/x?q=1\r\n`);
    expect(statusOf(await get(port, '/api/x'))).toBe(200);
    const missing = await get(port, '/api');
    expect(missing).toMatch(/^HTTP\/1\.1 404 Not Found\r\nServer: awselb\/2\.0\r\n/);
    expect(missing).toMatch(/Content-Type: text\/plain\r\n[\s\S]*\r\n\r\nNot Found$/);
    expect(records.map((record) => [record.rule, record.reason])).toEqual([
      ['teapot', 'fixed-response'],
      ['20', 'redirect'],
      ['30', 'none'],
      ['default', 'fixed-response'],
    ]);
  });

  it('answer pipelined requests, bodies skipped', async () => {
    const { port, router } = await startRouter([]);
    router.setRules([]);
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ';
    const all = await ask(port, `${post.repeat(500)}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(all.match(/HTTP\/1\.1 404/g)).toHaveLength(501);
  });

  it('are refused all problems at once', async () => {
    const { router } = await startRouter([]);
    const rule = (priority: number) => ({
      priority,
      conditions: [],
      action: { kind: 'forward' as const, targetGroups: [{ targetGroup: 'nowhere', weight: 1 }] },
    });
    expect(() => router.setRules([rule(1), rule(1)])).toThrow(
      /priority 1[\s\S]*"nowhere", which does not exist/,
    );
  });

  it('split requests between two target groups by weight', async () => {
    const blue = await httpTarget((_, response) => response.end('blue'));
    const green = await httpTarget((_, response) => response.end('green'));
    let next = 0;
    const { port, router } = await startRouter([blue], { random: () => (next++ % 10) / 10 });
    router.setTargetGroup('other', settings);
    router.registerTarget('other', { id: 'g', host: '127.0.0.1', port: green.port, zone: 'a' });
    const forward = (web: number, other: number) =>
      router.setRules([], {
        kind: 'forward',
        targetGroups: [
          { targetGroup: 'web', weight: web },
          { targetGroup: 'other', weight: other },
        ],
      });
    const count = async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => get(port)));
      return all.filter((response) => response.endsWith('green')).length;
    };
    forward(90, 10);
    expect(await count()).toBe(1);
    forward(0, 1);
    expect(await count()).toBe(10);
    forward(0, 0);
    expect(statusOf(await get(port))).toBe(503);
  });
});
