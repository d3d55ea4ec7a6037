import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, waitUntilGone } from './end-processes.ts';
import { isRunning } from './identity.ts';
import { ENGINE_VARIABLE, STORE_VARIABLE, TASK_VARIABLE } from './marker.ts';
import { findProcesses, identify, type ProcessSearch, sendSignal } from './process-table.ts';
import type { ProcessExit, ProcessHandle } from './start-process.ts';

/** What happened when a process was stopped. */
export interface StopResult {
  readonly exit: ProcessExit | null;
  /** Whom the stop signal went to; null when there was none to send it to, or no time. */
  readonly signalled: 'process' | 'group' | null;
  /** Whether anyone had to be killed: it took longer than the timeout, or left children behind. */
  readonly killed: boolean;
  /** Processes that even SIGKILL did not end, because they hang in the kernel. Almost always empty. */
  readonly left: readonly number[];
}

export interface StopProcessOptions {
  /** From the stop signal to SIGKILL; 0 kills at once. */
  readonly timeoutMs: number;
  /** Default SIGTERM. An image may name another (`STOPSIGNAL`). */
  readonly signal?: NodeJS.Signals;
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox']);
const RUNNERS = new Set([
  'npm',
  'npx',
  'yarn',
  'yarnpkg',
  'pnpm',
  'pnpx',
  'corepack',
  'bunx',
  'pipenv',
  'poetry',
  'uv',
]);
/** What daemons get that outlive the process that started them. */
const DAEMON_GRACE_MS = 2_000;

/**
 * Stops a process and everything that it started, wherever that has moved; resolves when nothing of it runs any more.
 *
 * **Who gets the stop signal.** ECS sends SIGTERM to the container's first process only, so here too it goes to the process
 * alone: a server that coordinates workers (gunicorn, nginx, Node's cluster) stops them in its own order, and would lose
 * requests if its workers, which often have no handler, got the signal directly. The exception is a process that only waits for
 * another: a shell or a script runner. As PID 1 of a container a shell ignores SIGTERM, and the container is killed after the
 * timeout; as an ordinary process it would die at once and leave the server orphaned. So there the whole group is signalled,
 * which lets the server end in good order. (On Fargate such a service does lose requests: `signalled: 'group'` tells it.)
 *
 * **What happens to children that outlive it.** In a container the kernel kills them the moment the first process ends. Here
 * they get SIGTERM and two seconds (behind a shell or runner: the rest of the timeout), then SIGKILL. They are found by process
 * group, session, parent, and on Linux by the marker in their environment.
 */
export async function stopProcess(handle: ProcessHandle, options: StopProcessOptions): Promise<StopResult> {
  const { timeoutMs, signal = 'SIGTERM' } = options;
  const until = performance.now() + timeoutMs;
  let search = searchOf(handle);
  let signalled: StopResult['signalled'] = null;

  if (timeoutMs > 0 && handle.exit === null) {
    // Those who changed both session and environment are known only through their parents, and these may go first.
    const before = await identify(await findProcesses(search));
    const wrapper = isWrapper(handle);
    if (wrapper ? handle.signalGroup(signal) : handle.signal(signal))
      signalled = wrapper ? 'group' : 'process';
    await withinTime(handle.exited, timeoutMs);
    search = { ...search, pids: await stillRunning(before) };
  }

  const rest = await findProcesses(search);
  let killed = false;
  if (rest.length > 0) {
    const leftMs = until - performance.now();
    const graceMs = signalled === 'group' ? leftMs : Math.min(leftMs, DAEMON_GRACE_MS);
    if (handle.exit !== null && graceMs > 0) {
      // The members of a signalled group have had theirs; a second SIGTERM makes many programs give up at once.
      for (const { pid, pgid } of rest) {
        if (signalled !== 'group' || pgid !== handle.pgid) sendSignal(pid, 'SIGTERM');
      }
      killed = !(await waitUntilGone(search, graceMs));
    } else killed = true;
  }
  const left = killed ? await killAll(search) : [];
  if (left.length === 0) await handle.exited;
  return { exit: handle.exit, signalled, killed, left };
}

/** Everything that belongs to a started process. */
export function searchOf({ pgid, marker }: Pick<ProcessHandle, 'pgid' | 'marker'>): ProcessSearch {
  const [variable, value] = 'task' in marker ? [TASK_VARIABLE, marker.task] : [STORE_VARIABLE, marker.store];
  return {
    groups: [pgid],
    marked: (environment) =>
      environment.get(ENGINE_VARIABLE) === marker.engineId && environment.get(variable) === value,
  };
}

/** Whether the process only waits for another one and does not pass signals on. */
function isWrapper({ pid, command }: ProcessHandle): boolean {
  const [program = ''] = command.split(' ');
  if (RUNNERS.has(basename(program))) return true;
  try {
    // A shell may have replaced itself by the program (`exec`), and a script is run by a shell.
    return SHELLS.has(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return SHELLS.has(basename(program));
  }
}

async function stillRunning(identities: ReadonlyMap<number, string>): Promise<readonly number[]> {
  const running: number[] = [];
  for (const [pid, startedAt] of identities) {
    if (await isRunning({ pid, startedAt })) running.push(pid);
  }
  return running;
}

async function withinTime(promise: Promise<unknown>, limitMs: number): Promise<void> {
  const abort = new AbortController();
  const timer = sleep(limitMs, undefined, { signal: abort.signal }).catch(() => {});
  await Promise.race([promise, timer]);
  abort.abort();
}
