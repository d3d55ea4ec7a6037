import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommandLine, type CommandLine, createFolder, eventually, type Launched } from './driver.ts';

let cli: CommandLine;
let folder: ReturnType<typeof createFolder>;
let port: number;

beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => cli.dispose());
beforeEach(async () => {
  folder = createFolder({ 'server.js': SERVER, 'package.json': PACKAGE });
  port = await freePort();
});
afterEach(async () => {
  // A test that failed may have left one running.
  await run('stop', '--force');
  folder.dispose();
}, 30_000);

const PACKAGE = JSON.stringify({ name: 'hello', type: 'module', scripts: { start: 'node server.js' } });
const SERVER = `
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  if (request.url === '/pid') return response.end(String(process.pid));
  response.end(request.url === '/health' ? 'ok' : 'hello');
});
server.listen(Number(process.env.PORT), () => console.log('listening', process.env.GREETING ?? ''));
process.on('SIGTERM', () => { if (process.env.STUBBORN) return; server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

const run = (...words: string[]) => cli.run(words, { cwd: folder.path });
const define = (extra = '') =>
  folder.write(
    'breakwater.config.ts',
    `import { defineSystem } from 'breakwater';
export default defineSystem({
  name: 'hello',
  region: 'eu-south-1',
  services: { hello: { image: '.', process: { command: ['node', 'server.js'] }, routes: ['/*'], ${extra} } },
});
`,
  );

async function dev(...words: string[]): Promise<Launched> {
  const launched = cli.launch(['dev', '--port', String(port), ...words], { cwd: folder.path });
  await eventually(() => launched.stderr().includes('is ready in'), launched.stderr);
  return launched;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe('dev', () => {
  it('runs what init wrote, shows where it is, and ends in order at Ctrl-C', async () => {
    expect((await run('init')).code).toBe(0);
    const running = await dev();
    expect(running.stderr()).toContain(`http://127.0.0.1:${port}`);
    expect(running.stderr()).toMatch(/route +\/\* {2}→ hello \(2 of 2 tasks healthy\)/);
    expect(await get('/')).toBe('hello');
    expect(running.stdout()).toMatch(/^hello\/[0-9a-f]{8} │ listening/m);

    const ps = await run('ps');
    expect(ps.stdout).toMatch(/^hello dev · ready · /);
    expect(ps.stdout).toMatch(/^hello +2 of 2 /m);
    const pid = Number(await get('/pid'));

    const second = await run('dev', '--port', String(port));
    expect(second.stderr).toContain(`process ${running.pid}`);
    expect(second.stderr).toContain(`http://127.0.0.1:${port}`);
    expect(second.code).toBe(1);

    running.kill('SIGINT');
    const { code, stderr } = await running.outcome;
    expect(stderr).toContain('Stopping: waiting for 2 tasks. Ctrl-C again ends everything at once.');
    expect(stderr).toContain('hello dev has stopped.');
    expect(code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect((await run('ps')).code).toBe(7);
  }, 60_000);

  it('ends everything at once at the second Ctrl-C, and exits 130', async () => {
    define("environment: { STUBBORN: '1' }, stopTimeout: '60 s'");
    const running = await dev();
    const pid = Number(await get('/pid'));
    running.kill('SIGINT');
    await eventually(() => running.stderr().includes('Stopping'), running.stderr);
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.kill('SIGINT');
    const { code, stderr } = await running.outcome;
    expect(stderr).toContain('Killed: every task and store was ended at once.');
    expect(code).toBe(130);
    await eventually(
      () => !isAlive(pid),
      () => `task ${pid} lives on`,
    );
  }, 60_000);

  it('starts again with a changed definition, and explains one with mistakes without stopping', async () => {
    define();
    const running = await dev();
    define('prot: 1,');
    await eventually(() => running.stderr().includes('services.hello.prot'), running.stderr);
    expect(running.stderr()).toContain('The system runs on as it was.');
    expect(await get('/')).toBe('hello');
    define("environment: { GREETING: 'changed' },");
    await eventually(
      () => running.stdout().includes('listening changed'),
      () => running.stderr() + running.stdout(),
    );
    expect(running.stderr()).toContain('has changed: the system starts again with it');
    running.kill('SIGTERM');
    expect((await running.outcome).code).toBe(0);
  }, 60_000);

  it('prints NDJSON with --json', async () => {
    define();
    const running = await dev('--json');
    running.kill('SIGINT');
    const { stdout } = await running.outcome;
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type }) => type)).toContain('ready');
    expect(records.some(({ type, event }) => type === 'event' && event.kind === 'engine')).toBe(true);
  }, 60_000);

  it.each([
    ['a command that is not there', '--run', 'hello=no-such-program --flag', /no-such-program/],
    [
      'one that exits at once',
      '--run',
      'hello=node -e \'console.error("cannot find my settings"); process.exit(3)\'',
      /exit|3/,
    ],
  ])(
    'exits 1 and says why for %s',
    async (_, option, value, message) => {
      define();
      const { code, stderr } = await run('dev', '--port', String(port), option, value);
      expect(stderr).toMatch(/^error /m);
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
      expect((await run('ps')).code).toBe(7);
    },
    60_000,
  );

  it('exits 1 and names the port when it is in use', async () => {
    define();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      const { code, stderr } = await run('dev', '--port', String(port));
      expect(stderr).toMatch(new RegExp(`^error .*${port}`, 'm'));
      expect(code).toBe(1);
    } finally {
      other.close();
    }
  }, 60_000);
});

describe('start and stop', () => {
  it('runs in the background, answers every other command, and stops', async () => {
    define();
    const started = await run('start', '--port', String(port));
    expect(started.stdout).toBe(`http://127.0.0.1:${port}\n`);
    expect(started.code).toBe(0);
    expect(await get('/')).toBe('hello');
    expect((await run('wait', '--for', 'healthy')).code).toBe(0);
    expect((await run('start')).stderr).toContain('runs here already');

    const logs = await run('logs', '--json', '--tail', '50');
    expect(
      logs.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).line),
    ).toContain('listening ');

    const redeployed = await run('redeploy', 'hello', '--wait');
    expect(redeployed.stderr).toContain('hello: revision 2 serves');
    expect(redeployed.code).toBe(0);

    expect((await run('scale', 'hello', '1..4')).code).toBe(0);
    expect((await run('scale', 'hello', '3')).code).toBe(0);
    expect((await run('wait', '--for', 'healthy')).code).toBe(0);
    const { tasks } = JSON.parse((await run('ps', '--json')).stdout);
    const [first] = tasks.filter(({ state }: { state: string }) => state === 'RUNNING');
    const killed = await run('chaos', 'kill-task', first.id.slice(0, 8));
    expect(killed.code).toBe(0);

    const stopped = await run('stop');
    expect(stopped.stderr).toContain('hello dev has stopped.');
    expect(stopped.code).toBe(0);
    expect((await run('ps')).code).toBe(7);
  }, 90_000);

  it('says what the background process said when it does not start', async () => {
    define();
    const { code, stdout, stderr } = await run(
      'start',
      '--port',
      String(port),
      '--run',
      'hello=no-such-program',
    );
    expect(stderr).toContain('no-such-program');
    expect(stderr).toContain('hello dev did not start');
    expect(stdout).toBe('');
    expect(code).toBe(1);
  }, 60_000);
});
