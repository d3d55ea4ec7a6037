import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EngineError, systemErrorCode } from '../state/engine-error.ts';
import { findCommand } from './find-command.ts';
import { type ProcessIdentity, processStartedAt } from './identity.ts';
import { createLineSplitter } from './line-splitter.ts';
import { markerEnvironment, type ProcessMarker } from './marker.ts';
import { sendSignal } from './process-table.ts';

/** What is to run, and how. */
export interface StartOptions {
  readonly command: string;
  /** Visible to every user of the machine: no secrets here, but in `env`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly marker: ProcessMarker;
  /** Called for each line as it comes; see `createLineSplitter` for long lines. Must not throw. */
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process, leader of its own session and process group. */
export interface ProcessHandle extends ProcessIdentity {
  /** Same number as the pid. */
  readonly pgid: number;
  readonly command: string;
  readonly marker: ProcessMarker;
  /** Resolves when the process itself has ended and its last lines were handed on. Its children may live on. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly exit: ProcessExit | null;
  /** To the process alone. False when it has ended. */
  signal(signal: NodeJS.Signals): boolean;
  /** To the process and all of its group. False when nobody is left. */
  signalGroup(signal: NodeJS.Signals): boolean;
}

/** How long, after the end of a process, output that its children still hold open is waited for. */
const OUTPUT_GRACE_MS = 200;

/**
 * Starts a command as the leader of a new session and process group, so that Ctrl-C in the terminal does not reach it and its
 * children can be signalled together.
 * @throws {EngineError} `FOLDER_MISSING`, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE` or `COMMAND_FAILED`.
 */
export async function startProcess(options: StartOptions): Promise<ProcessHandle> {
  const { command, args, cwd, marker, onLine } = options;
  const { PATH } = options.env;
  const file = await findCommand(command, cwd, PATH);
  const child = await spawned(file, options);
  // `spawned` has seen the process start, so it has a number and, by `stdio`, both pipes.
  const pid = child.pid ?? 0;
  let exit: ProcessExit | null = null;

  const splitters = [
    { stream: child.stdout, splitter: createLineSplitter((line) => onLine('stdout', line)) },
    { stream: child.stderr, splitter: createLineSplitter((line) => onLine('stderr', line)) },
  ];
  for (const { stream, splitter } of splitters) {
    stream?.on('data', (chunk: Buffer) => splitter.push(chunk));
    // A pipe that breaks ends like one that closes: with 'close'.
    stream?.on('error', () => {});
  }

  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const ended: ProcessExit = { exitCode, signal };
      exit = ended;
      const finish = (): void => {
        clearTimeout(timer);
        for (const { splitter } of splitters) splitter.end();
        resolve(ended);
      };
      // A daemon that it left behind may hold the pipes open for ever.
      const timer = setTimeout(finish, OUTPUT_GRACE_MS);
      child.once('close', finish);
    });
  });
  // Undefined if it has ended already; then there is nobody to mistake for it.
  const startedAt = (await processStartedAt(pid)) ?? 'ended';

  return {
    pid,
    pgid: pid,
    startedAt,
    command: [command, ...args].join(' '),
    marker,
    exited,
    get exit() {
      return exit;
    },
    // After its end the number may be another's.
    signal: (signal) => exit === null && sendSignal(pid, signal),
    // A group's number is not given away while anyone is in it; once all are gone, nobody is reached before reuse.
    signalGroup: (signal) => sendSignal(-pid, signal),
  };
}

async function spawned(file: string, options: StartOptions): Promise<ChildProcess> {
  const { command, args, cwd, env, marker, uid, gid } = options;
  const failed = (error: unknown): EngineError =>
    new EngineError(
      'COMMAND_FAILED',
      `"${command}" (${file}) could not be started in ${cwd}: ${error instanceof Error ? error.message : String(error)}.`,
      systemErrorCode(error) === 'ENOENT'
        ? 'If it is a script, the interpreter in its first line (#!) does not exist.'
        : null,
      error,
    );
  try {
    const child = spawn(file, [...args], {
      argv0: command,
      cwd,
      env: { ...env, ...markerEnvironment(marker) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw failed(error);
  }
}
