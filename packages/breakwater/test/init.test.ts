import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inspectFolder, toName } from '../src/init/inspect-folder.ts';
import { buildCommandLine, type CommandLine, createFolder } from './driver.ts';

let cli: CommandLine;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => cli.dispose());
afterEach(() => folder.dispose());

/** What the definition that init wrote comes to. */
async function initAndPlan(files: Readonly<Record<string, string>>) {
  folder = createFolder(files);
  const outcome = await cli.run(['init'], { cwd: folder.path });
  expect(outcome.stderr).not.toMatch(/^error/m);
  expect(outcome.code).toBe(0);
  const { stdout } = await cli.run(['plan', '--json'], { cwd: folder.path });
  return { outcome, plan: JSON.parse(stdout).plan };
}

describe('init writes a definition that resolves', () => {
  it('for a package.json with a start script and a server that reads PORT', async () => {
    const { outcome, plan } = await initAndPlan({
      'package.json': JSON.stringify({ name: '@acme/Web_Shop', scripts: { start: 'node server.js' } }),
      'server.js': "const port = process.env.PORT ?? 4321;\nrouter.get('/healthz', ok);\napp.listen(port);\n",
    });
    expect(outcome.stdout).toBe('breakwater.config.ts\n');
    expect(plan.system).toBe('web-shop');
    expect(plan.services['web-shop']).toMatchObject({
      port: 4321,
      ingress: { paths: ['/*'], health: { path: '/healthz' } },
    });
    expect(folder.read('breakwater.config.ts')).toContain('port: 4321, // server.js:1');
    expect(outcome.stderr).not.toContain('warning');
    expect(outcome.stderr).toContain('npm install --save-dev breakwater');
  });

  it('for a Dockerfile of another language', async () => {
    const { outcome, plan } = await initAndPlan({
      Dockerfile:
        'FROM python:3.13 AS build\nEXPOSE 1\nFROM python:3.13\nARG P=5000\nENV PORT=$P\n# EXPOSE 9\nEXPOSE $PORT/tcp\nCMD ["gunicorn", \\\n  "app:app"]\n',
      'app.py':
        "import os\n@app.get('/health')\ndef health(): return 'ok'\nport = int(os.environ.get('PORT', 5000))\n",
    });
    const [service] = Object.values<{ port: number }>(plan.services);
    expect(service?.port).toBe(5000);
    expect(outcome.stderr).toContain('start command (Dockerfile)');
    expect(outcome.stderr).toContain('health check /health (app.py:2)');
  });

  it('for folders with a service each', async () => {
    const { plan } = await initAndPlan({
      'api/Dockerfile': 'FROM node:20\nEXPOSE 3000\nCMD node server.js\n',
      'web/package.json': JSON.stringify({ scripts: { start: 'next start' }, dependencies: { next: '^16' } }),
      'docs/package.json': '{}',
    });
    expect(Object.keys(plan.services)).toEqual(['api', 'web']);
    expect(plan.services.web).toMatchObject({ port: 3000, ingress: { paths: ['/web/*'] } });
    expect(plan.services.api.image.context).toBe('./api');
  });
});

describe('init warns of what will not work', () => {
  it('a port that is not read from PORT, and no health path', async () => {
    folder = createFolder({
      'package.json': JSON.stringify({ name: 'app', main: 'index.js' }),
      'index.js': 'app.listen(3000);',
    });
    const { stderr } = await cli.run(['init'], { cwd: folder.path });
    expect(folder.read('breakwater.config.ts')).toContain(
      "process: { command: ['node', 'index.js'] }, // main in package.json",
    );
    expect(stderr).toContain('Nothing here reads the environment variable PORT');
    expect(stderr).toContain('No health path was found');
  });
});

describe('init refuses', () => {
  it('to overwrite any definition', async () => {
    folder = createFolder({ 'package.json': '{"scripts":{"start":"x"}}', 'breakwater.config.mjs': 'mine' });
    const { code, stderr } = await cli.run(['init'], { cwd: folder.path });
    expect(stderr).toContain('breakwater.config.mjs is there already: init never overwrites a definition.');
    expect(folder.read('breakwater.config.mjs')).toBe('mine');
    expect(code).toBe(1);
  });

  it('a folder with neither Dockerfile nor package.json, and says what to write', async () => {
    folder = createFolder({ 'readme.md': '' });
    const { code, stderr } = await cli.run(['init'], { cwd: folder.path });
    expect(stderr).toContain('There is neither a Dockerfile nor a package.json');
    expect(stderr).toContain('FROM, COPY, EXPOSE');
    expect(code).toBe(1);
  });

  it('a package.json that is not JSON', async () => {
    folder = createFolder({ 'package.json': '{ "name": ' });
    const { code, stderr } = await cli.run(['init', '.'], { cwd: folder.path });
    expect(stderr).toContain('package.json cannot be read');
    expect(code).toBe(1);
  });
});

describe('the port of a folder', () => {
  it.each<[string, Record<string, string>, number]>([
    [
      'EXPOSE before anything else',
      { Dockerfile: 'FROM x\nEXPOSE 7000\nCMD a', 'a.js': 'app.listen(3000)' },
      7000,
    ],
    [
      'an option of the command',
      { Dockerfile: 'FROM x\nCMD ["uvicorn", "app:app", "--port", "8123"]' },
      8123,
    ],
    ['gunicorn --bind', { Dockerfile: 'FROM x\nCMD gunicorn --bind 0.0.0.0:8001 app:app' }, 8001],
    ['listen(3000', { 'package.json': '{}', 'src/a.ts': 'server.listen(3001, () => {})' }, 3001],
    [
      'fastify.listen({ port',
      { 'package.json': '{}', 'a.js': "app.listen({ host: '0.0.0.0', port: 3002 })" },
      3002,
    ],
    [
      'the default of PORT over another listen',
      { 'package.json': '{}', 'a.js': "x.listen(9000);\nconst p = Number(process.env['PORT'] || '3003');" },
      3003,
    ],
    ['Go', { Dockerfile: 'FROM x\nCMD a', 'main.go': 'http.ListenAndServe(":8082", nil)' }, 8082],
    [
      "Flask's app.run",
      { Dockerfile: 'FROM x\nCMD a', 'app.py': "app.run(host='0.0.0.0', port=5005)" },
      5005,
    ],
    ["a framework's default", { Dockerfile: 'FROM x\nCMD a', 'requirements.txt': 'Django==5.2\n' }, 8000],
    [
      'tests and comments do not count',
      {
        'package.json': '{"dependencies":{"express":"5"}}',
        'a.test.js': 'app.listen(9999)',
        'b.js': '// app.listen(9998)',
      },
      3000,
    ],
    ['nothing found', { Dockerfile: 'FROM x\nCMD a' }, 8080],
  ])('%s', (_, files, port) => {
    folder = createFolder(files);
    expect(inspectFolder(folder.path)?.port.value).toBe(port);
  });
});

describe('names', () => {
  it.each([
    ['@acme/Web_Shop', 'web-shop'],
    ['42-is-it', 'is-it'],
    ['___', 'app'],
    ['a-very-long-name-of-a-service-indeed', 'a-very-long-name-of'],
  ])('%s becomes %s', (text, name) => {
    folder = createFolder();
    expect(toName(join(text))).toBe(name);
  });
});
