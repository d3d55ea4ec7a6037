import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../state/engine-error.ts';
import { type Controls, controlRoutes } from './routes.ts';
import { type ControlServer, startControlServer } from './server.ts';

const TOKEN = 'a'.repeat(43);

let server: ControlServer;
let publish: (event: unknown) => void;
let followers: number;

/** Controls of an engine that has nothing but what a test puts in. */
function controls(given: Partial<Controls> = {}): Controls {
  const missing = (): never => {
    throw new EngineError('NOT_FOUND', 'There is no such thing.', null);
  };
  return {
    plan: missing,
    snapshot: missing,
    eventsAfter: () => [],
    onEvent: (listener) => {
      followers += 1;
      // The test sends whatever it likes.
      publish = listener as typeof publish;
      return () => {
        followers -= 1;
      };
    },
    logs: () => [],
    onLog: () => () => {},
    traces: () => [],
    trace: () => null,
    metrics: () => [],
    decisions: () => [],
    redeploy: missing,
    scale: missing,
    chaos: missing,
    stop: () => {},
    ...given,
  };
}

async function start(given: Partial<Controls> = {}): Promise<void> {
  server = await startControlServer(TOKEN, controlRoutes(controls(given)));
}

beforeEach(() => {
  followers = 0;
  publish = () => {};
});
afterEach(() => server.close());

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${TOKEN}`, ...init.headers },
  });
const post = (path: string, body: BodyInit) => call(path, { method: 'POST', body });

/** A request whose headers fetch would not let through. */
function raw(headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}/v1/events`, { headers }, (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

async function problem(response: Response): Promise<{ code: string; message: string; fix: string | null }> {
  expect(response.headers.get('content-type')).toBe('application/json');
  // The protocol's ControlError.
  const { error } = (await response.json()) as {
    error: { code: string; message: string; fix: string | null };
  };
  expect(typeof error.code).toBe('string');
  expect(typeof error.message).toBe('string');
  expect(error).toHaveProperty('fix');
  return error;
}

describe('the control API', () => {
  it('lets in who has the token and calls it by its own name', async () => {
    await start();
    const port = new URL(server.url).port;
    const authorization = `Bearer ${TOKEN}`;
    expect((await raw({ authorization })).status).toBe(200);
    expect((await raw({ authorization, host: `localhost:${port}` })).status).toBe(200);
    expect((await raw({ authorization, origin: server.url })).status).toBe(200);
  });

  it.each([
    ['no token', {}, 401, 'wrong-token'],
    ['a wrong token', { authorization: `Bearer ${'b'.repeat(43)}` }, 401, 'wrong-token'],
    ['a token that is too short', { authorization: 'Bearer a' }, 401, 'wrong-token'],
    ['another scheme', { authorization: `Basic ${TOKEN}` }, 401, 'wrong-token'],
    [
      'a name that was rebound',
      { authorization: `Bearer ${TOKEN}`, host: 'evil.example' },
      403,
      'wrong-host',
    ],
    ['a page', { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }, 403, 'wrong-origin'],
    ['a page without an origin', { authorization: `Bearer ${TOKEN}`, origin: 'null' }, 403, 'wrong-origin'],
  ])('refuses %s', async (_what, headers, status, code) => {
    await start();
    const answer = await raw(headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code, fix: null } });
  });

  it.each([
    ['an unknown path', 'GET', '/v1/nothing', 404, 'NOT_FOUND'],
    ['no version', 'GET', '/', 404, 'NOT_FOUND'],
    ['an unknown trace', 'GET', '/v1/traces/1-2-3', 404, 'NOT_FOUND'],
    ['the wrong method', 'DELETE', '/v1/snapshot', 405, 'METHOD_NOT_ALLOWED'],
    ['the wrong method', 'GET', '/v1/stop', 405, 'METHOD_NOT_ALLOWED'],
    ['the wrong method', 'PUT', '/v1/traces/1-2-3', 405, 'METHOD_NOT_ALLOWED'],
    ['a number that is none', 'GET', '/v1/logs?tail=many', 400, 'BAD_REQUEST'],
    ['a negative number', 'GET', '/v1/events?after=-1', 400, 'BAD_REQUEST'],
  ])('answers %s (%s %s) with %i', async (_what, method, path, status, code) => {
    await start();
    const response = await call(path, { method });
    expect(response.status).toBe(status);
    expect((await problem(response)).code).toBe(code);
  });

  it.each([
    ['/v1/scale', '{"service":'],
    ['/v1/scale', '[]'],
    ['/v1/scale', 'null'],
    ['/v1/scale', ''],
    ['/v1/scale', '{"service":"web"}'],
    ['/v1/scale', '{"service":"web","desired":-1}'],
    ['/v1/scale', '{"service":"web","desired":1.5}'],
    ['/v1/scale', '{"service":"web","desired":1e9}'],
    ['/v1/scale', '{"service":"web","minimum":5,"maximum":2}'],
    ['/v1/redeploy', '{"service":7}'],
    ['/v1/chaos', '{"action":"explode"}'],
    ['/v1/chaos', '{"action":"lose-zone"}'],
    ['/v1/chaos', '{"action":"slow-database","database":"db","delayMs":-1}'],
    ['/v1/chaos', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('refuses the body of %s: %.60s', async (path, body) => {
    await start();
    const response = await post(path, body);
    expect(response.status).toBe(400);
    await problem(response);
  });

  it('answers a huge body with 413 and takes the next request', async () => {
    await start();
    const response = await post('/v1/scale', 'x'.repeat(70_000));
    expect(response.status).toBe(413);
    expect((await problem(response)).message).toContain('65536 bytes');
    expect((await call('/v1/events')).status).toBe(200);
  });

  it('answers a request target that is no path with 400', async () => {
    await start();
    const { port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.end(
          `GET // HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
        );
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
  });

  it('sends what there was, then what comes, and ends the subscription with the reader', async () => {
    await start({ eventsAfter: () => [{ seq: 1 } as never] });
    const abort = new AbortController();
    const response = await call('/v1/events?follow=1', { signal: abort.signal });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const reader = response.body?.getReader();
    let text = '';
    const read = async (until: string) => {
      while (!text.includes(until)) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    };
    await read('"seq":1');
    publish({ seq: 2 });
    await read('"seq":2');
    expect(text).toBe('{"seq":1}\n{"seq":2}\n');
    expect(followers).toBe(1);
    abort.abort();
    while (followers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('sends much of the past to a reader that keeps up', async () => {
    const line = 'x'.repeat(1_000);
    const past = Array.from({ length: 10_000 }, () => ({ line }) as never);
    await start({ logs: () => past });
    const text = await (await call('/v1/logs?tail=10000')).text();
    expect(text.split('\n')).toHaveLength(10_001);
  });

  it('cuts off a reader that falls too far behind, and goes on', async () => {
    await start();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        `GET /v1/events?follow=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
      );
    });
    socket.pause();
    socket.on('error', () => {});
    while (followers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const line = 'x'.repeat(10_000);
    for (let sent = 0; followers > 0 && sent < 20_000; sent += 1) {
      publish({ line });
      if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(followers).toBe(0);
    socket.destroy();
    expect((await call('/v1/events')).status).toBe(200);
  });
});
