import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Definition, formatDiagnostics, type Plan, resolve } from '@breakwater/plan';
import { afterEach, describe, expect, test } from 'vitest';
import { AwsError } from '../aws-error.ts';
import type { Session } from '../session.ts';
import { pathMatches, samplePath } from './areas/requests.ts';
import type { CheckResult } from './report.ts';
import { matchesId, verify } from './verify.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let close = async () => {};
afterEach(() => close());

/** A server on this machine in the load balancer's place. */
async function listen(handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NOBODY: Session = {
  region: 'eu-west-1',
  account: '123456789012',
  caller: 'arn:aws:iam::123456789012:user/test',
  profile: null,
  credentials: async () => ({ accessKeyId: 'A', secretAccessKey: 'S' }),
};

const SERVICES = {
  api: { image: './api', port: 8080, routes: ['/api/*', '/health'], health: '/health' },
  admin: { image: './admin', port: 8080, routes: ['/admin/*'], health: '/health' },
} as const;

function planOf(extra: Partial<Definition> = {}): Plan {
  const definition: Definition = {
    name: 'pages',
    region: 'eu-west-1',
    defaults: '2026-11',
    services: SERVICES,
    ...extra,
  };
  const { plan, diagnostics } = resolve(definition, { env: 'dev', account: NOBODY.account });
  if (plan === null) throw new Error(formatDiagnostics(diagnostics));
  return plan;
}

async function look(baseUrl: string, plan = planOf(), plainUrl?: string) {
  const outputs = { LoadBalancerDnsName: 'balancer.example', LoadBalancerUrl: 'http://balancer.example' };
  const report = await verify(NOBODY, {
    plan,
    outputs,
    areas: ['behaviour'],
    http: { baseUrl, ...(plainUrl === undefined ? {} : { plainUrl }), timeoutMs: 2_000 },
  });
  return Object.fromEntries(report.checks.map((check) => [check.id, check]));
}

const states = (checks: Record<string, CheckResult>) =>
  Object.fromEntries(Object.entries(checks).map(([id, { state }]) => [id.replace('behaviour.', ''), state]));

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** As planned: the default action for what no rule takes, and a service's own 404 for what it does not know. */
const right: Handler = ({ url = '' }, response) => {
  if (url === '/health') answer(response, 200, '{"status":"healthy"}', 'application/json');
  else if (/^\/(api|admin)\//.test(url)) answer(response, 404, '{"error":"Not found"}', 'application/json');
  else answer(response, 404, 'Not Found');
};

describe('what clients get', () => {
  test('passes when each route reaches its service and unknown paths the default action', async () => {
    const checks = await look(await listen(right));
    expect(states(checks)).toEqual({
      'api.health': 'passed',
      'admin.health': 'skipped',
      'route./api/*': 'passed',
      'route./health': 'passed',
      'route./admin/*': 'passed',
      'unknown-path': 'passed',
    });
    expect(checks['behaviour.admin.health']?.reason).toBe(
      'No rule sends /health to admin: only its target group asks there.',
    );
  });

  test('a route that falls through to the default action fails, and no other', async () => {
    const checks = await look(
      await listen((request, response) =>
        request.url?.startsWith('/admin/') ? answer(response, 404, 'Not Found') : right(request, response),
      ),
    );
    expect(states(checks)).toMatchObject({
      'route./admin/*': 'failed',
      'route./api/*': 'passed',
      'unknown-path': 'passed',
    });
    expect(checks['behaviour.route./admin/*']?.found).toBe(
      '404 text/plain "Not Found", which is the default action',
    );
  });

  test('a service may answer like the default action when it puts its name to it', async () => {
    const checks = await look(
      await listen((request, response) => {
        if (request.url?.startsWith('/admin/')) response.setHeader('server', 'gunicorn');
        return request.url?.startsWith('/admin/')
          ? answer(response, 404, 'Not Found')
          : right(request, response);
      }),
    );
    expect(checks['behaviour.route./admin/*']?.state).toBe('passed');
  });

  test.each([502, 503, 504])('a service without healthy tasks (%i) fails', async (status) => {
    const checks = await look(
      await listen((request, response) =>
        request.url?.startsWith('/api/') ? answer(response, status, '') : right(request, response),
      ),
    );
    expect(states(checks)).toMatchObject({ 'route./api/*': 'failed', 'route./admin/*': 'passed' });
  });

  test('a service that is unhealthy fails by its health alone', async () => {
    const checks = await look(
      await listen((request, response) =>
        request.url === '/health' ? answer(response, 500, 'no') : right(request, response),
      ),
    );
    expect(states(checks)).toMatchObject({ 'api.health': 'failed', 'route./health': 'passed' });
  });

  test('an unknown path that reaches a service fails', async () => {
    const checks = await look(
      await listen((request, response) =>
        request.url?.includes('no-such-path') ? answer(response, 200, 'hello') : right(request, response),
      ),
    );
    expect(checks['behaviour.unknown-path']).toMatchObject({
      state: 'failed',
      expected: '404 text/plain "Not Found"',
      found: '200 text/plain "hello"',
    });
  });

  test('a load balancer that does not answer fails every request, with the reason', async () => {
    const url = await listen(right);
    await close();
    close = async () => {};
    const checks = await look(url);
    expect(states(checks)).toMatchObject({ 'api.health': 'failed', 'unknown-path': 'failed' });
    expect(checks['behaviour.unknown-path']?.found).toMatch(/^no answer: .*ECONNREFUSED/);
  });

  test('a system whose rule takes every path has no unknown path', async () => {
    const plan = planOf({
      services: { api: { image: './api', port: 8080, routes: ['/*'], health: '/health' } },
    });
    const checks = await look(await listen(right), plan);
    expect(checks['behaviour.unknown-path']).toMatchObject({
      state: 'skipped',
      reason: expect.stringMatching(/^Rule \S+ takes every path\.$/),
    });
  });
});

describe('with HTTPS', () => {
  const plan = () => planOf({ domain: { name: 'shop.example.com', hostedZone: 'example.com' } });

  test('plain HTTP has to be sent to HTTPS', async () => {
    const url = await listen((_, response) => {
      response.writeHead(301, { location: 'https://shop.example.com:443/' }).end();
    });
    expect((await look('http://127.0.0.1:9', plan(), url))['behaviour.redirect']?.state).toBe('passed');
  });

  test('an answer over plain HTTP fails', async () => {
    const url = await listen((_, response) => answer(response, 200, 'here'));
    expect((await look('http://127.0.0.1:9', plan(), url))['behaviour.redirect']).toMatchObject({
      state: 'failed',
      expected: 'a redirect to HTTPS',
    });
  });
});

test('path patterns match as the load balancer does: case matters, * crosses slashes', () => {
  expect(pathMatches('/api/*', '/api/a/b')).toBe(true);
  expect(pathMatches('/api/*', '/api/')).toBe(true);
  expect(pathMatches('/api/*', '/api')).toBe(false);
  expect(pathMatches('/api/*', '/API/x')).toBe(false);
  expect(pathMatches('/v?/x.y', '/v1/x.y')).toBe(true);
  expect(pathMatches('/v?/x.y', '/v1/xzy')).toBe(false);
  for (const pattern of ['/api/*', '/a?c', '/*', '/x.*'])
    expect(pathMatches(pattern, samplePath(pattern))).toBe(true);
});

test('a check that is waived is skipped with the reason given, and asks nobody', async () => {
  const report = await verify(NOBODY, {
    plan: planOf(),
    outputs: {},
    areas: ['behaviour'],
    skip: [{ id: 'behaviour.*', reason: 'no way in' }],
    http: { fetch: () => Promise.reject(new Error('asked')) },
  });
  expect(new Set(report.checks.map(({ state, reason }) => `${state}: ${reason}`))).toEqual(
    new Set(['skipped: no way in']),
  );
  expect(matchesId('stacks.*.drift', 'stacks.service/api.drift')).toBe(true);
  expect(matchesId('stacks.*.drift', 'stacks.data.status')).toBe(false);
});

test('a signal ends it', async () => {
  const ended = verify(NOBODY, {
    plan: planOf(),
    outputs: {},
    areas: ['behaviour'],
    signal: AbortSignal.abort(),
  });
  await expect(ended).rejects.toBeInstanceOf(AwsError);
  await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
});
