import type { LogLine, TraceRecord } from '@breakwater/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommandLine, type CommandLine, createFolder, eventually } from './driver.ts';
import { type Answers, type FakeEngine, startFakeEngine } from './fake-engine.ts';
import { deployment, service, snapshot, task } from './snapshots.ts';

let cli: CommandLine;
let folder: ReturnType<typeof createFolder>;
let engine: FakeEngine | null = null;

beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => cli.dispose());
beforeEach(() => {
  folder = createFolder();
});
afterEach(async () => {
  await engine?.close();
  engine = null;
  folder.dispose();
});

const run = (...words: string[]) => cli.run(words, { cwd: folder.path });
const serve = async (state = snapshot(), answers: Answers = {}) => {
  engine = await startFakeEngine(folder.path, state, answers);
  return engine;
};

describe('ps', () => {
  it('shows services, tasks and stores in tidy columns, and nothing on stderr', async () => {
    await serve();
    const { code, stdout, stderr } = await run('ps');
    const text = stdout
      .replace(/up .*/, 'up TIME')
      .replace(/\d+ d( \d+ h)?/g, (age) => '~'.repeat(age.length));
    expect(text).toContain('catalog dev · ready · http://127.0.0.1:8080 · ap-southeast-2 · up TIME');
    expect(text).toMatch(
      /^SERVICE +HEALTHY +BOUNDS +CPU +MEMORY +REQ\/S +P50 +P99 +ERRORS +REVISION +PATHS$/m,
    );
    expect(text).toMatch(
      /^catalog +2 of 2 +2\.\.10 +11 % +83 MiB +120 +2\.1 ms +12 ms +0 +1 +\/api\/\* \/health$/m,
    );
    expect(text).toMatch(/^1f0c22aa +catalog +RUNNING +healthy +1 +ap-southeast-2a +FARGATE +12 % +84 MiB/m);
    expect(text).toMatch(
      /^products +postgresql 18\.0 +running +postgresql:\/\/127\.0\.0\.1:54321\/productdb$/m,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('says what is wrong: problems, deployments, alarms, lost zones', async () => {
    await serve(
      snapshot({
        state: 'degraded',
        services: [
          service({
            healthy: 1,
            problem: 'tasks exit with code 1',
            deployments: [deployment({ revision: 2, state: 'ROLLING_BACK', reason: 'circuit breaker' })],
          }),
        ],
        alarms: [
          { name: 'catalog-cpu-dev', service: 'catalog', state: 'ALARM', reason: '91 > 80', since: 0 },
        ],
        zones: [{ name: 'ap-southeast-2a', lost: true }],
      }),
    );
    const { stdout } = await run('ps');
    expect(stdout).toContain('problem catalog: tasks exit with code 1');
    expect(stdout).toContain('deployment catalog revision 2: ROLLING_BACK (rolling) circuit breaker');
    expect(stdout).toContain('alarm catalog-cpu-dev: 91 > 80');
    expect(stdout).toContain('lost 1 zone: ap-southeast-2a');
  });

  it('prints the snapshot with --json, and the token nowhere', async () => {
    const { snapshot: state } = await serve();
    const { stdout, stderr } = await run('ps', '--json');
    expect(JSON.parse(stdout)).toEqual(state);
    expect(stdout + stderr).not.toContain('a-token');
  });

  it('refuses another environment than the one that runs', async () => {
    await serve();
    const { code, stderr } = await run('ps', '--env', 'prod');
    expect(stderr).toContain('The engine here runs the environment dev: --env asks for prod.');
    expect(code).toBe(1);
  });

  it('exits 7 when the file speaks of a process that is not the engine any more', async () => {
    await serve();
    const file = JSON.parse(folder.read('.breakwater/engine.json'));
    folder.write('.breakwater/engine.json', JSON.stringify({ ...file, pidStartedAt: 'another:1' }));
    expect((await run('ps')).code).toBe(7);
  });

  it('shows control characters of a task instead of obeying them', async () => {
    await serve(snapshot({ tasks: [task('aa', { stoppedReason: 'bad\u001b]0;title\u0007\u0008end' })] }));
    const { stdout } = await run('ps');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('logs', () => {
  const line = (text: string, changes: Partial<LogLine> = {}): LogLine => ({
    at: 0,
    source: 'catalog',
    task: '1f0c22aa'.padEnd(32, '0'),
    stream: 'stdout',
    line: text,
    ...changes,
  });

  it('puts source and task before each line, and tells standard error apart without colour', async () => {
    await serve(snapshot(), {
      'GET /v1/logs': () => ({
        records: [
          line('listening'),
          line('oops', { stream: 'stderr' }),
          line('ready', { source: 'products', task: null }),
        ],
      }),
    });
    const { stdout, stderr, code } = await run('logs');
    expect(stdout).toBe('catalog/1f0c22aa │ listening\ncatalog/1f0c22aa ! oops\nproducts │ ready\n');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('asks for what the options say, with short task ids completed', async () => {
    const { seen } = await serve(snapshot(), { 'GET /v1/logs': () => ({ records: [] }) });
    await run('logs', 'catalog', '--task', '1f0', '--tail', '5');
    expect(seen.at(-1)?.url).toBe(`/v1/logs?source=catalog&task=${'1f0c22aa'.padEnd(32, '0')}&tail=5`);
  });

  it('follows as NDJSON until the engine ends', async () => {
    await serve(snapshot(), { 'GET /v1/logs': () => ({ records: [line('one'), line('two')], open: true }) });
    const following = cli.launch(['logs', '-f', '--json'], { cwd: folder.path });
    await eventually(() => following.stdout().split('\n').length === 3, following.stdout);
    await engine?.close();
    engine = null;
    const { code, stdout, stderr } = await following.outcome;
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).line),
    ).toEqual(['one', 'two']);
    expect(stderr).toBe('The engine has stopped.\n');
    expect(code).toBe(0);
  });

  it('ends quietly when nobody reads any more', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => line(`line ${index} ${'x'.repeat(100)}`));
    await serve(snapshot(), { 'GET /v1/logs': () => ({ records: many, open: true }) });
    const following = cli.launch(['logs', '-f'], { cwd: folder.path });
    await eventually(() => following.stdout().length > 0, following.stderr);
    following.closeStdout();
    const { code, stderr } = await following.outcome;
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('names the tasks there are when none or several fit', async () => {
    await serve();
    expect((await run('logs', '--task', 'zz')).stderr).toContain(
      'There is no task zz\n  → Choose one that `breakwater ps` lists: 1f0c22aa, 1f9d0000.',
    );
    const { code, stderr } = await run('logs', '--task', '1f');
    expect(stderr).toContain('1f fits 2 tasks');
    expect(code).toBe(1);
  });
});

describe('traces', () => {
  const trace: TraceRecord = {
    id: '1-5759e988-bd862e3fe1be46a994272793',
    name: 'GET /api/products',
    service: 'catalog',
    startedAt: 1000,
    durationMs: 100,
    spans: 3,
    error: true,
    status: 500,
    records: [
      {
        spanId: 'a',
        parentId: 'router',
        service: 'catalog',
        name: 'GET /api/products',
        kind: 'server',
        startedAt: 1000,
        durationMs: 100,
        error: false,
        attributes: {},
      },
      {
        spanId: 'c',
        parentId: 'a',
        service: 'catalog',
        name: 'send',
        kind: 'internal',
        startedAt: 1090,
        durationMs: 10,
        error: false,
        attributes: {},
      },
      {
        spanId: 'b',
        parentId: 'a',
        service: 'catalog',
        name: 'SELECT',
        kind: 'client',
        startedAt: 1000,
        durationMs: 50,
        error: true,
        attributes: { 'db.query.text': 'select *\n from products' },
      },
    ],
  };

  it('draws one trace as a tree with bars on one axis', async () => {
    await serve(snapshot(), { [`GET /v1/traces/${trace.id}`]: () => ({ json: trace }) });
    const { stdout, code } = await run('traces', trace.id);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toContain(`${trace.id} · GET /api/products · 500 · 100 ms`);
    expect(lines.slice(2)).toEqual([
      `catalog GET /api/products ▕${'█'.repeat(32)}▏  100 ms`,
      `├ catalog SELECT          ▕${'█'.repeat(16)}${' '.repeat(16)}▏   50 ms error  select * from products`,
      `└ catalog send            ▕${' '.repeat(28)}███ ▏   10 ms`,
    ]);
    expect(code).toBe(0);
  });

  it('asks for what the filters say', async () => {
    const { seen } = await serve(snapshot(), { 'GET /v1/traces': () => ({ json: [] }) });
    const { stderr } = await run(
      'traces',
      '--service',
      'catalog',
      '--errors',
      '--slower-than',
      '200ms',
      '-n',
      '3',
    );
    expect(seen.at(-1)?.url).toBe('/v1/traces?limit=3&service=catalog&errors=1&slowerThan=200');
    expect(stderr).toContain('No traces fit.');
  });

  it('repeats what the engine says about an unknown trace', async () => {
    await serve(snapshot(), {
      'GET /v1/traces/x': () => ({
        status: 404,
        json: { error: { code: 'not-found', message: 'There is no trace x.', fix: 'It may be too old.' } },
      }),
    });
    const { code, stderr } = await run('traces', 'x');
    expect(stderr).toBe('error There is no trace x.\n  → It may be too old.\n');
    expect(code).toBe(1);
  });
});

describe('wait', () => {
  it('returns as soon as the system is ready', async () => {
    const running = await serve(snapshot({ state: 'starting' }));
    const waiting = cli.launch(['wait'], { cwd: folder.path });
    await eventually(() => running.seen.length > 1, waiting.stderr);
    running.snapshot = snapshot();
    expect((await waiting.outcome).code).toBe(0);
  });

  it('exits 9 with the reason when it is not in time', async () => {
    await serve(snapshot({ services: [service({ healthy: 1 })] }));
    const { code, stderr } = await run('wait', '--for', 'healthy', '--timeout', '200ms');
    expect(stderr).toContain('is not there after 200 ms: catalog has 1 of 2 tasks healthy.');
    expect(code).toBe(9);
  });

  it('knows a deployment that is in progress', async () => {
    await serve(
      snapshot({ services: [service({ deployments: [deployment({ revision: 3, state: 'IN_PROGRESS' })] })] }),
    );
    const { code, stderr } = await run('wait', '--for', 'deployment', '--timeout', '100ms');
    expect(stderr).toContain('catalog revision 3 is IN_PROGRESS');
    expect(code).toBe(9);
  });
});

describe('redeploy, scale and chaos', () => {
  it('redeploy --wait exits 1 when the new version is rolled back', async () => {
    const begun = deployment({ id: 'd-2', revision: 2, state: 'IN_PROGRESS', finishedAt: null });
    await serve(
      snapshot({
        services: [
          service({ deployments: [{ ...begun, state: 'ROLLED_BACK', reason: 'health checks failed' }] }),
        ],
      }),
      {
        'POST /v1/redeploy': () => ({ json: begun }),
      },
    );
    const { code, stderr } = await run('redeploy', 'catalog', '--wait');
    expect(stderr).toContain('catalog: revision 2 is being deployed (rolling).');
    expect(stderr).toContain('catalog revision 2 was rolled back: health checks failed.');
    expect(code).toBe(1);
  });

  it('redeploy without a name deploys every service', async () => {
    const { seen } = await serve(snapshot({ services: [service(), service({ name: 'order' })] }), {
      'POST /v1/redeploy': ({ body }) => ({ json: { ...deployment(), ...Object(body) } }),
    });
    await run('redeploy');
    expect(seen.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { service: 'catalog' },
      { service: 'order' },
    ]);
  });

  it.each([
    ['4', { service: 'catalog', desired: 4 }],
    ['2..6', { service: 'catalog', minimum: 2, maximum: 6 }],
    ['..6', { service: 'catalog', maximum: 6 }],
  ])('scale %s', async (text, body) => {
    const { seen } = await serve(snapshot(), { 'POST /v1/scale': () => ({ json: service({ desired: 4 }) }) });
    const { code, stderr } = await run('scale', 'catalog', text);
    expect(seen.at(-1)?.body).toEqual(body);
    expect(stderr).toContain('catalog: 2 → 4 tasks wanted');
    expect(code).toBe(0);
  });

  it.each([
    [['kill-task', '1f0c'], { action: 'kill-task', task: '1f0c22aa'.padEnd(32, '0') }],
    [['reclaim-spot'], { action: 'reclaim-spot' }],
    [['lose-zone', 'b'], { action: 'lose-zone', zone: 'ap-southeast-2b' }],
    [['slow-database', '200ms'], { action: 'slow-database', database: 'products', delayMs: 200 }],
    [['slow-database', '0'], { action: 'slow-database', database: 'products', delayMs: 0 }],
    [['stop-database', 'products'], { action: 'stop-database', database: 'products' }],
  ])('chaos %j', async (words, body) => {
    const { seen } = await serve(snapshot(), {
      'POST /v1/chaos': () => ({ json: { message: 'Done.', tasks: [] } }),
    });
    const { code, stderr } = await run('chaos', ...words);
    expect(seen.at(-1)?.body).toEqual(body);
    expect(stderr).toBe('Done.\n');
    expect(code).toBe(0);
  });

  it('names the services, zones and databases there are', async () => {
    await serve();
    expect((await run('scale', 'catalogue', '2')).stderr).toContain('The services of catalog are: catalog.');
    expect((await run('chaos', 'lose-zone', 'z')).stderr).toContain(
      'The zones are: ap-southeast-2a, ap-southeast-2b.',
    );
    expect((await run('chaos', 'stop-database', 'x')).stderr).toContain('The stores are: products.');
  });
});

describe('calls between services', () => {
  const calls = [
    { from: 'order', to: 'catalog', endpoints: 2, ejected: ['1f0c22aa'] },
    { from: 'order', to: 'payment', endpoints: 1, ejected: [] },
  ].map((call) => ({
    url: 'http://127.0.0.1:4001',
    requestsPerSecond: 4,
    p50: 2,
    p99: 9,
    errors: 1,
    ...call,
  }));

  it('are shown by ps, and by describe those of the service', async () => {
    await serve(snapshot({ calls }), { 'GET /v1/decisions': () => ({ json: [] }) });
    const { stdout } = await run('ps');
    expect(stdout).toMatch(/^order → catalog +2 +4\.0 +2 ms +9 ms +1 +1f0c22aa$/m);
    expect(stdout).toMatch(/^order → payment +1 +4\.0/m);
    const { stdout: one } = await run('describe', 'catalog');
    expect(one).toContain('order → catalog');
    expect(one).not.toContain('order → payment');
  });
});

describe('describe', () => {
  it('shows a service with its deployments, tasks, scaling decisions and alarms', async () => {
    await serve(
      snapshot({
        services: [service({ deployments: [deployment()] })],
        alarms: [{ name: 'catalog-cpu-dev', service: 'catalog', state: 'OK', reason: 'below 80', since: 0 }],
      }),
      {
        'GET /v1/decisions': () => ({
          json: [
            {
              at: 0,
              service: 'catalog',
              policy: 'catalog-cpu',
              result: 'scale-out',
              from: 2,
              to: 3,
              datapoints: [91, 90, 92],
              formula: 'ceil(2 x 92 / 70) = 3',
              reason: 'Scales out from 2 to 3: the metric is above the target',
            },
          ],
        }),
      },
    );
    const { stdout } = await run('describe', 'catalog');
    expect(stdout).toContain('2 of 2 healthy, 2 running, 0 pending');
    expect(stdout).toContain('http://127.0.0.1:8080/api/*');
    expect(stdout).toContain('revision 1 COMPLETED rolling, 100 % of traffic, 1.8 s');
    expect(stdout).toContain('catalog-cpu-dev OK');
    expect(stdout).toContain('catalog-cpu: Scales out from 2 to 3: the metric is above the target');
  });
});

describe('an engine that answers nothing sensible', () => {
  it('exits 7 when its port is closed', async () => {
    await serve();
    await engine?.close();
    engine = null;
    const { code, stderr } = await run('ps');
    expect(stderr).toContain('The engine cannot be reached');
    expect(code).toBe(7);
  });

  it('exits 1 and names the status when it refuses the token', async () => {
    await serve();
    const file = JSON.parse(folder.read('.breakwater/engine.json'));
    folder.write('.breakwater/engine.json', JSON.stringify({ ...file, token: 'wrong' }));
    const { code, stderr } = await run('ps');
    expect(stderr).toContain('The engine answered 401 to /v1/snapshot');
    expect(code).toBe(1);
  });
});
