import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Definition, type Plan, resolve } from '@breakwater/plan';
import type { EngineEventRecord, LogLine, Snapshot } from '@breakwater/protocol';
import { afterEach } from 'vitest';
import { type Engine, type EngineOptions, startEngine } from '../../src/index.ts';

type Services = Definition['services'];
type ServiceOptions = Services[string];

/** A service that does what the tests ask of it; `VERSION` in its folder is what it answers. */
export const SERVER = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const version = readFileSync(new URL('./VERSION', import.meta.url), 'utf8').trim();
if (version === 'crash') { console.error('no such luck'); process.exit(3); }
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/health') return response.writeHead(version === 'sick' ? 503 : 200).end('ok');
  if (pathname === '/pid') return response.end(String(process.pid));
  if (pathname === '/env') return response.end(JSON.stringify(process.env));
  if (pathname === '/error') return response.writeHead(500).end('broken');
  if (pathname === '/burn') { const until = Date.now() + 200; while (Date.now() < until); }
  if (pathname === '/say') console.log('said', request.url);
  response.end(version);
});
if (version !== 'silent') server.listen(version === 'elsewhere' ? 0 : Number(process.env.PORT), '127.0.0.1');
else setInterval(() => {}, 1000);
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

/** A folder with a definition's sources, removed after the test. */
export interface Project {
  readonly directory: string;
  write(path: string, text: string): void;
  read(path: string): string;
}

const projects: Project[] = [];
const engines: Engine[] = [];

/** A project whose service answers with `version`. */
export function createProject(version = 'one'): Project {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-engine-'));
  // The database's server may run as another user, who must get through.
  chmodSync(directory, 0o755);
  const project: Project = {
    directory,
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    read: (path) => readFileSync(join(directory, path), 'utf8'),
  };
  project.write('web/server.mjs', SERVER);
  project.write('web/VERSION', version);
  projects.push(project);
  return project;
}

/** The plan of a system with one service, `web`. */
export function planOf(web: Partial<ServiceOptions> = {}, rest: Partial<Definition> = {}): Plan {
  const { plan, diagnostics } = resolve(
    {
      name: 'sample',
      region: 'eu-south-1',
      ...rest,
      services: {
        web: {
          image: './web',
          process: { command: ['node', 'server.mjs'] },
          routes: ['/*'],
          health: { path: '/health', grace: '0 s' },
          scaling: { tasks: 2 },
          stopTimeout: '2 s',
          ...web,
        },
        ...rest.services,
      },
    },
    { env: 'test' },
  );
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

/** A running system and what it has said. */
export interface Running {
  readonly engine: Engine;
  readonly events: readonly EngineEventRecord[];
  readonly lines: readonly LogLine[];
  get(path: string): Promise<string>;
  control(path: string, body?: unknown): Promise<Response>;
  ask<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** The snapshot of the service `web`. */
  web(): Snapshot['services'][number];
}

/** Starts an engine; it is stopped after the test. */
export async function start(
  project: Project,
  plan: Plan,
  options: Partial<EngineOptions> = {},
): Promise<Running> {
  const events: EngineEventRecord[] = [];
  const lines: LogLine[] = [];
  const engine = await startEngine({
    plan,
    directory: project.directory,
    port: await freePort(),
    watch: false,
    onEvent: (event) => events.push(event),
    ...options,
  });
  engines.push(engine);
  engine.onLog((line) => lines.push(line));
  const { url, controlUrl, token } = engine.file;
  const control = (path: string, body?: unknown) =>
    fetch(`${controlUrl}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
  return {
    engine,
    events,
    lines,
    get: async (path) => (await fetch(`${url}${path}`)).text(),
    control,
    async ask<Answer>(path: string, body?: unknown) {
      const response = await control(path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      // The test says what it expects.
      return JSON.parse(text) as Answer;
    },
    web() {
      const found = engine.snapshot().services.find(({ name }) => name === 'web');
      if (found === undefined) throw new Error('The snapshot has no service web.');
      return found;
    },
  };
}

/** Starts an engine and waits until it is ready. */
export async function startReady(...parameters: Parameters<typeof start>): Promise<Running> {
  const running = await start(...parameters);
  await running.engine.ready;
  return running;
}

/** Ends what a test has started; call it in every file. */
export function cleanUpAfterEach(): void {
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
    for (const { directory } of projects.splice(0)) rmSync(directory, { recursive: true, force: true });
  }, 30_000);
}

/** Waits until something holds; a test that waits too long fails with what there was instead. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  holds: (value: Value) => boolean = Boolean,
  seconds = 15,
): Promise<Value> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain; it was ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A child that ended and was not waited for is there in name only.
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** The numbers of all processes of a system. */
export function pidsOf(snapshot: Snapshot): readonly number[] {
  return [...snapshot.tasks, ...snapshot.stores].flatMap(({ pid }) => (pid === null ? [] : [pid]));
}

/** How a client of the database connects, from a task's environment. */
export function connectionIn(environment: Readonly<Record<string, string>>) {
  const named = (end: RegExp) => Object.entries(environment).find(([name]) => end.test(name))?.[1] ?? '';
  return {
    host: named(/(DB|PRODUCTS)_HOST$/),
    port: Number(named(/(DB|PRODUCTS)_PORT$/)),
    user: named(/_USER(NAME)?$/),
    password: named(/_PASSWORD$/),
    database: named(/(DB|PRODUCTS)_NAME$/),
  };
}
