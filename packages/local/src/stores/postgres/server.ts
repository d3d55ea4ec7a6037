import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessMarker } from '../../processes/marker.ts';
import { type ProcessExit, startProcess } from '../../processes/start-process.ts';
import { EngineError } from '../../state/engine-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { cannotRun, damaged, noSpace, saysNoSpace } from './data-directory.ts';
import { killServerProcesses, signal } from './leftovers.ts';
import { commandAs, type ServerUser } from './server-user.ts';

/** One run of the server, from its start to its end. */
export interface RunningServer {
  readonly pid: number;
  /** Resolves when the postmaster has ended, with the reason for people: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** How it ended; null while it runs. */
  howEnded(): string | null;
  /** The last lines of its log. */
  lastLines(): readonly string[];
}

const KEPT_LINES = 20;

/** Starts the server; it does not yet answer when this returns: {@link waitUntilAccepting}. */
export async function launchServer(options: {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly user: ServerUser;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly marker: ProcessMarker;
  readonly onLine: (line: string) => void;
}): Promise<RunningServer> {
  const { binaries, directory, env, marker } = options;
  const lines: string[] = [];
  const started = await startProcess({
    ...commandAs(options.user, binaries.postgres, [
      '-D',
      join(directory, 'data'),
      '-p',
      String(options.port),
      '-c',
      `config_file=${join(directory, 'postgresql.conf')}`,
      '-c',
      `hba_file=${join(directory, 'pg_hba.conf')}`,
    ]),
    cwd: directory,
    env,
    marker,
    onLine: (_stream, line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine(line);
    },
  }).catch((cause: unknown) => {
    throw cannotRun(binaries.postgres, cause);
  });
  return {
    pid: started.pid,
    ended: started.exited.then(describeExit),
    howEnded: () => (started.exit === null ? null : describeExit(started.exit)),
    lastLines: () => [...lines],
  };
}

/**
 * Waits until the server takes connections: its own word in postmaster.pid, which costs no failed connection.
 * Throws {@link EngineError} when it ends before, with what it said, or does not get there in `timeoutMs` (recovery
 * after a crash replays the log first).
 */
export async function waitUntilAccepting(
  server: RunningServer,
  options: { readonly directory: string; readonly port: number; readonly timeoutMs: number },
): Promise<void> {
  const dataDirectory = join(options.directory, 'data');
  const file = join(dataDirectory, 'postmaster.pid');
  const deadline = performance.now() + options.timeoutMs;
  while (performance.now() < deadline) {
    if (server.howEnded() !== null) {
      throw startFailure(await server.ended, server.lastLines(), dataDirectory, options.port);
    }
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return;
    await sleep(5);
  }
  throw new EngineError(
    'STORE_FAILED',
    `PostgreSQL was not ready after ${Math.round(options.timeoutMs / 1000)} s. The last it said:\n${quote(server.lastLines())}`,
    null,
  );
}

/** Ends the server: fast shutdown, then immediate, then SIGKILL to whatever is left of it. */
export async function shutDown(
  server: RunningServer,
  dataDirectory: string,
  timing: { readonly fastMs: number; readonly immediateMs: number } = { fastMs: 5_000, immediateMs: 2_000 },
): Promise<void> {
  for (const [name, wait] of [
    ['SIGINT', timing.fastMs],
    ['SIGQUIT', timing.immediateMs],
  ] as const) {
    if (server.howEnded() !== null) break;
    signal(server.pid, name);
    await endedWithin(server, wait);
  }
  if (server.howEnded() === null) signal(server.pid, 'SIGKILL');
  await killServerProcesses(dataDirectory);
  await server.ended;
}

async function endedWithin(server: RunningServer, milliseconds: number): Promise<void> {
  const stopWaiting = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: stopWaiting.signal }).catch(() => {});
  await Promise.race([server.ended, timer]);
  stopWaiting.abort();
}

function describeExit({ exitCode, signal: name }: ProcessExit): string {
  return name ?? `exit code ${exitCode}`;
}

/** What the server says when its files are not as it left them. */
const SIGNS_OF_DAMAGE =
  /PANIC:|checksum|corrupt|incompatible with server|invalid (data|page|primary|checkpoint|record)|could not (open|read|locate|find|stat) (file|a valid|required|directory|relation)|is not a (valid|database cluster) /;

function startFailure(
  how: string,
  lines: readonly string[],
  dataDirectory: string,
  port: number,
): EngineError {
  const text = lines.join('\n');
  if (text.includes('Address already in use')) {
    return new EngineError(
      'PORT_IN_USE',
      `Port ${port} on 127.0.0.1, where the database should listen, is taken by another program.`,
      'Stop that program, or let the engine choose the port.',
    );
  }
  if (saysNoSpace(text)) return noSpace(dataDirectory);
  const said = `PostgreSQL does not start on it (${how}) and says:\n${quote(lines)}\n`;
  if (SIGNS_OF_DAMAGE.test(text)) return damaged(dataDirectory, said);
  return new EngineError('STORE_FAILED', `The database in ${dataDirectory} cannot be used: ${said}`, null);
}

function quote(lines: readonly string[]): string {
  const shown = lines.filter((line) => line !== '').slice(-8);
  return shown.length === 0 ? '  (nothing)' : shown.map((line) => `  ${line}`).join('\n');
}
