import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  cleanUpAfterEach,
  createProject,
  eventually,
  isAlive,
  pidsOf,
  planOf,
  start,
  startReady,
} from './harness.ts';

cleanUpAfterEach();

describe('a service that does not work', () => {
  it('because its command does not exist is told at the start, and nothing is left', async () => {
    const plan = planOf({ process: { command: ['no-such-command', 'x'] } });
    const project = createProject();
    const failure = await start(project, plan).then(
      async ({ engine }) => engine.ready.catch((error: unknown) => error),
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toContain('no-such-command');
    expect(String(failure)).toContain('web');
  });

  it('because it ends at once makes the start fail with what it said', async () => {
    const { engine, web } = await start(createProject('crash'), planOf());
    await expect(engine.ready).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: expect.stringMatching(/web does not start.*exit code 3.*no such luck/s),
    });
    expect(web().deployments.at(-1)?.state).toBe('FAILED');
    await eventually(
      () => pidsOf(engine.snapshot()),
      (pids) => pids.length === 0,
    );
  });

  it('because it never listens, or listens elsewhere, gets a hint what to do', async () => {
    const project = createProject('silent');
    for (const file of ['server.mjs', 'VERSION']) project.write(`far/${file}`, project.read(`web/${file}`));
    project.write('far/VERSION', 'elsewhere');
    const far = { image: './far', process: { command: ['node', 'server.mjs'] }, routes: ['/far'] as const };
    const plan = planOf(
      { scaling: { tasks: 1 } },
      { services: { far: { ...far, health: '/health', scaling: { tasks: 1 } } } },
    );
    const { engine } = await start(project, plan);
    engine.ready.catch(() => {});
    const problems = await eventually(
      () => engine.snapshot().services.map(({ name, problem }) => [name, problem]),
      (all) => all.every(([, problem]) => problem !== null),
    );
    const { web, far: elsewhere } = Object.fromEntries(problems);
    expect(web).toMatch(/listens on no port: make it listen on the port in the environment variable PORT/);
    const port = engine.snapshot().tasks.find(({ service }) => service === 'far')?.port;
    expect(elsewhere).toMatch(new RegExp(`listens on port \\d+, not on ${port}`));
  });

  it('is given up by the circuit breaker when it is never healthy', async () => {
    const { engine } = await start(createProject('sick'), planOf({ scaling: { tasks: 1 } }), {
      timeScale: 60,
    });
    await expect(engine.ready).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: expect.stringContaining('failed its health checks'),
    });
  });
});

describe('a change of the source', () => {
  const building = {
    process: {
      command: ['node', 'server.mjs'],
      build: ['node', 'build.mjs'],
      watch: ['VERSION', 'build.mjs'],
    },
  };
  const BUILD = `import { readFileSync } from 'node:fs'; console.log('built', readFileSync('VERSION', 'utf8'));`;

  it('is deployed, and a broken build leaves the old version serving until it is mended', async () => {
    const project = createProject();
    project.write('web/build.mjs', BUILD);
    const { get, web, lines } = await startReady(project, planOf(building), { watch: true });
    // The watcher needs a moment; a change before that would go unseen.
    const change = async (version: string, build: string) => {
      project.write('web/build.mjs', build);
      project.write('web/VERSION', version);
    };
    await new Promise((resolve) => setTimeout(resolve, 300));
    await change('two', BUILD);
    await eventually(
      () => get('/'),
      (text) => text === 'two',
    );
    await change('three', 'console.error("it does not compile"); process.exit(1);');
    const problem = await eventually(
      () => web().problem,
      (text) => text !== null,
    );
    expect(problem).toMatch(/build of service "web" failed with exit code 1/);
    expect(problem).toContain('it does not compile');
    expect(lines.some(({ source, line }) => source === 'engine' && line.includes('failed'))).toBe(true);
    expect(await get('/')).toBe('two');
    await change('four', BUILD);
    await eventually(
      () => get('/'),
      (text) => text === 'four',
    );
    await eventually(
      () => web().problem,
      (text) => text === null,
    );
  });

  it('that comes often is deployed once for those that wait', async () => {
    const project = createProject();
    project.write('web/build.mjs', `${BUILD} await new Promise((resolve) => setTimeout(resolve, 300));`);
    const { ask, lines, web, get } = await startReady(project, planOf(building));
    project.write('web/VERSION', 'two');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask<{ id: string }>('/v1/redeploy', { service: 'web' })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
    expect(lines.filter(({ task, line }) => task === 'build' && line.startsWith('built'))).toHaveLength(2);
    await eventually(
      () => web().deployments.at(-1)?.state,
      (state) => state === 'COMPLETED',
    );
    expect(web().deployments).toHaveLength(3);
    expect(await get('/')).toBe('two');
  });

  it('that never gets healthy is taken back, to the files that ran before', async () => {
    const project = createProject();
    const { get, web, ask } = await startReady(project, planOf(), { timeScale: 60 });
    project.write('web/VERSION', 'sick');
    await ask('/v1/redeploy', { service: 'web' });
    await eventually(
      () => web().deployments.at(-1)?.state,
      (state) => state === 'ROLLED_BACK',
    );
    expect(web().problem).toContain('circuit breaker');
    expect(web().healthy).toBe(2);
    expect(await get('/')).toBe('one');
    // A task that is replaced now still runs the version that works.
    const pid = Number(await get('/pid'));
    process.kill(pid, 'SIGKILL');
    await eventually(() => web().healthy === 2 && !isAlive(pid));
    expect(await get('/')).toBe('one');
  });
});

describe('another language', () => {
  const PYTHON = `
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'hello from python')
    def log_message(self, *args):
        pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
`;

  function pythonWith(module: string): string | null {
    try {
      execFileSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' });
      return 'python3';
    } catch {
      return null;
    }
  }

  it.skipIf(pythonWith('http.server') === null)('takes the place of a Node service', async () => {
    const project = createProject();
    project.write('web/server.py', PYTHON);
    const { get, web } = await startReady(project, planOf(), { commands: { web: ['python3', 'server.py'] } });
    expect(await get('/')).toBe('hello from python');
    expect(web().healthy).toBe(2);
  });

  it.skipIf(pythonWith('flask') === null)('runs Flask', async () => {
    const project = createProject();
    project.write(
      'web/app.py',
      `from flask import Flask
app = Flask(__name__)
@app.get('/')
def root(): return 'hello from flask'
@app.get('/health')
def health(): return 'ok'
`,
    );
    const commands = { web: ['sh', '-c', 'exec python3 -m flask run --port $PORT'] };
    const { get } = await startReady(project, planOf({ scaling: { tasks: 1 } }), { commands });
    expect(await get('/')).toBe('hello from flask');
  });

  it('refuses a command for a service that there is not', async () => {
    await expect(start(createProject(), planOf(), { commands: { wep: ['true'] } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('wep'),
    });
  });
});
