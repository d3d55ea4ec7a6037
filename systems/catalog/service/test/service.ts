import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './postgres.ts';

/** The service as it is deployed: built into one file, run as a process. */
export interface TestService {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Everything it has written to stdout, line by line. */
  readonly log: () => readonly LogLine[];
  readonly output: () => string;
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** Sends JSON. */
  send(method: string, path: string, body: unknown): Promise<Answer>;
  /** Ends it if it still runs; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** The lines that tests look at. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly applied?: readonly string[];
  readonly trace_id?: string;
  readonly url?: string;
}

const folder = path.resolve(import.meta.dirname, '..');
const { PATH: nodePath } = process.env;
let built: Promise<string> | undefined;

/** Builds the service once for the tests of a file. */
export function builtFile(): Promise<string> {
  built ??= (async () => {
    const target = mkdtempSync(path.join(tmpdir(), 'catalog-build-'));
    process.once('exit', () => rmSync(target, { recursive: true, force: true }));
    const file = path.join(target, 'main.mjs');
    await promisify(execFile)(process.execPath, ['build.mjs', file], { cwd: folder });
    return file;
  })();
  return built;
}

/** Starts the service; waits until it listens, and until its database is ready unless told otherwise. */
export async function startService(
  env: Readonly<Record<string, string>>,
  options: { readonly waitForDatabase?: boolean } = {},
): Promise<TestService> {
  const file = await builtFile();
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    env: {
      PATH: nodePath,
      HOST: '127.0.0.1',
      PORT: String(port),
      SHUTDOWN_GRACE_SECONDS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;

  async function request(at: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(url + at, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  const service: TestService = {
    url,
    port,
    process: child,
    output: () => output,
    log: () =>
      output
        .split('\n')
        .slice(0, -1)
        // pino writes one object a line.
        .map((line) => JSON.parse(line) as LogLine),
    request,
    send: (method, at, body) =>
      request(at, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
  await until(() =>
    request('/health').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  if (options.waitForDatabase !== false) {
    await until(() => request('/api/products?limit=1').then(({ status }) => status === 200));
  }
  return service;
}

/** Asks again and again until the answer is yes; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
