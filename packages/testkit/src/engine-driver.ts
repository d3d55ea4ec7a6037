import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  ChaosAnswer,
  ChaosRequest,
  EngineEventRecord,
  EngineFile,
  Snapshot,
} from '@breakwater/protocol';

const run = promisify(execFile);

/** What a run of the command line gave. */
export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line. */
export const CLI = new URL('../../breakwater/dist/cli.js', import.meta.url).pathname;

/** Runs the real command line to its end. */
export async function runCli(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  try {
    const { stdout, stderr } = await run(process.execPath, [CLI, ...args], {
      cwd: directory,
      env: { ...process.env, NO_COLOR: '1', ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exitCode: 0, stdout, stderr };
  } catch (error) {
    // execFile rejects with an Error that carries the output and the code.
    const failed = error as Error & {
      readonly code?: unknown;
      readonly stdout?: string;
      readonly stderr?: string;
    };
    return {
      exitCode: typeof failed.code === 'number' ? failed.code : -1,
      stdout: failed.stdout ?? '',
      stderr: failed.stderr ?? failed.message,
    };
  }
}

/** An engine in a process of its own, reached as the command line reaches it. */
export interface DrivenEngine {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  snapshot(): Promise<Snapshot>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  get<Answer>(path: string): Promise<Answer>;
  chaos(request: ChaosRequest): Promise<ChaosAnswer>;
  events(): Promise<readonly EngineEventRecord[]>;
  /** Polls the snapshot until the condition holds. */
  until(what: string, condition: (snapshot: Snapshot) => boolean, timeoutMs?: number): Promise<Snapshot>;
  stop(): Promise<CliResult>;
}

/** Starts a system detached with `breakwater start` and waits until it is ready. */
export async function startEngineCli(directory: string, args: readonly string[] = []): Promise<DrivenEngine> {
  const started = await runCli(directory, ['start', ...args]);
  if (started.exitCode !== 0)
    throw new Error(`breakwater start failed (${started.exitCode}):\n${started.stderr}`);
  return driveEngine(directory);
}

/** Talks to the engine that runs in a folder. */
export function driveEngine(directory: string): DrivenEngine {
  // The engine wrote it; it carries the protocol's version.
  const file = JSON.parse(readFileSync(join(directory, '.breakwater', 'engine.json'), 'utf8')) as EngineFile;
  const ask = async <Answer>(path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${file.controlUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${file.token}`, 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    // The caller names the protocol's type for the path.
    return (await response.json()) as Answer;
  };
  const get = <Answer>(path: string) => ask<Answer>(path, {});
  const post = <Answer>(path: string, body: unknown) =>
    ask<Answer>(path, { method: 'POST', body: JSON.stringify(body) });
  const snapshot = () => get<Snapshot>('/v1/snapshot');
  return {
    url: file.url ?? '',
    pid: file.pid,
    directory,
    snapshot,
    get,
    post,
    chaos: (request) => post<ChaosAnswer>('/v1/chaos', request),
    async events() {
      const response = await fetch(`${file.controlUrl}/v1/events`, {
        headers: { authorization: `Bearer ${file.token}` },
      });
      const text = await response.text();
      // One event a line, as the protocol says.
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as EngineEventRecord);
    },
    async until(what, condition, timeoutMs = 30_000) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const now = await snapshot();
        if (condition(now)) return now;
        if (Date.now() > end)
          throw new Error(
            `Waited ${timeoutMs} ms in vain until ${what}. Services: ${JSON.stringify(now.services, null, 1)}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () => runCli(directory, ['stop']),
  };
}

/** Starts the command line and leaves it running; for signals and terminals. */
export function spawnCli(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return spawn(process.execPath, [CLI, ...args], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
