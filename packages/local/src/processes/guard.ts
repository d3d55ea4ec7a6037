import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD_SCRIPT } from './guard-script.ts';
import { isRunning, type ProcessIdentity, processStartedAt } from './identity.ts';

/** A process that must not outlive the engine. */
export interface GuardedProcess extends ProcessIdentity {
  /**
   * `task`: leader of its own process group, which is ended with SIGTERM as a whole.
   * `store`: a database server, ended by itself with SIGINT and after the tasks; it need not lead a group.
   */
  readonly kind: 'task' | 'store';
  /** Task id or store's name. */
  readonly name: string;
}

/** What `.breakwater/run/processes.json` holds: for the next start, when engine and guard were both killed. */
export interface ProcessRegistry {
  readonly engineId: string;
  readonly processes: readonly GuardedProcess[];
}

/** Sees to it that nothing outlives the engine. */
export interface Guard {
  /** Number of the guard's own process; null while it is being replaced. */
  readonly pid: number | null;
  /** Call right after a process was started. */
  watch(process: GuardedProcess): void;
  /** Call when it and all of its children have ended. */
  forget(pid: number): void;
  /** Sends the guard away; what is watched and still runs, it ends first. Resolves when the guard has ended, or after 2 s. */
  stop(): Promise<void>;
}

export interface GuardOptions {
  readonly engineId: string;
  /** `.breakwater/run/processes.json` */
  readonly registryFile: string;
  /** Told when the guard ended against our will, and a new one is started. */
  readonly onWarning: (message: string) => void;
}

/**
 * Starts the guard: a tiny shell in a session of its own, holding a pipe from the engine; see {@link GUARD_SCRIPT}. If it is
 * killed, another takes its place. Neither it nor its pipe keeps the engine's event loop alive.
 */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const { engineId, registryFile, onWarning } = options;
  const watched = new Map<number, GuardedProcess>();
  const engineStart = ticks((await processStartedAt(process.pid)) ?? '-');
  let child: ChildProcess | null = null;
  let stopping = false;
  let failures = 0;

  const tell = (line: string): void => {
    if (child?.stdin?.writable === true) child.stdin.write(`${line}\n`);
  };
  const tellAll = (): void => {
    tell(`engine ${engineId} ${process.pid} ${engineStart}`);
    for (const one of watched.values()) tell(watchLine(one));
  };
  const writeRegistry = (): void => {
    const registry: ProcessRegistry = { engineId, processes: [...watched.values()] };
    const temporary = `${registryFile}.tmp`;
    try {
      // Synchronous, so that no process runs unregistered; the file is small.
      writeFileSync(temporary, JSON.stringify(registry), { mode: 0o600 });
      renameSync(temporary, registryFile);
    } catch {
      // On a full disk the guard and, on Linux, the marker still find everything.
    }
  };

  const replace = async (): Promise<void> => {
    failures += 1;
    await sleep(Math.min(50 * 2 ** failures, 5_000), undefined, { ref: false });
    if (!stopping) start();
  };
  const start = (): void => {
    const shell = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'breakwater-guard'], {
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child = shell;
    shell.unref();
    if (shell.stdin instanceof Socket) shell.stdin.unref();
    // Its end is told by 'exit' or 'error'; a broken pipe needs no word of its own.
    shell.stdin?.on('error', () => {});
    let ended = false;
    const onEnd = (why: string): void => {
      if (ended) return;
      ended = true;
      if (child === shell) child = null;
      if (stopping) return;
      onWarning(
        `The guard that ends everything if the engine is killed has ended (${why}); starting another.`,
      );
      void replace();
    };
    shell.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
    shell.once('error', (error) => onEnd(error.message));
    tellAll();
  };

  writeRegistry();
  start();
  return {
    get pid() {
      return child?.pid ?? null;
    },
    watch(one) {
      watched.set(one.pid, one);
      tell(watchLine(one));
      writeRegistry();
    },
    forget(pid) {
      if (!watched.delete(pid)) return;
      tell(`forget ${pid}`);
      writeRegistry();
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      const shell = child;
      if (shell !== null && shell.exitCode === null && shell.signalCode === null) {
        shell.ref();
        const ended = once(shell, 'exit').catch(() => {});
        // Without a goodbye the guard ends what is left: an engine that failed in the middle may have left something.
        const running = await Promise.all([...watched.values()].map(isRunning));
        shell.stdin?.end(running.includes(true) ? '' : 'bye\n');
        await Promise.race([ended, sleep(2_000)]);
      }
      rmSync(registryFile, { force: true });
    },
  };
}

const watchLine = ({ kind, pid, startedAt }: GuardedProcess): string => `${kind} ${pid} ${ticks(startedAt)}`;

/** The part of a start time that a shell can read in /proc; `-` where there is no /proc. */
function ticks(startedAt: string): string {
  return /^[^ ]+:(\d+)$/.exec(startedAt)?.[1] ?? '-';
}
