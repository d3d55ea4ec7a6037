import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './identity.ts';
import { findProcesses, identify, type ProcessSearch, sendSignal } from './process-table.ts';

/** How long processes are given to vanish after SIGKILL. Only one that hangs in the kernel (a dead network disk) takes longer. */
const KILL_LIMIT_MS = 10_000;

/** Waits until none of the processes is left, at most so long. True when all are gone. */
export async function waitUntilGone(search: ProcessSearch, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  for (let pause = 10; ; pause = Math.min(pause * 2, 100)) {
    if ((await findProcesses(search)).length === 0) return true;
    const left = until - performance.now();
    if (left <= 0) return false;
    await sleep(Math.min(pause, left));
  }
}

/**
 * SIGKILL to all of them, again and again until no new one has been forked meanwhile.
 * Returns the numbers of those that are still there after 10 s, which hang in the kernel; else an empty list.
 */
export async function killAll(search: ProcessSearch): Promise<readonly number[]> {
  const until = performance.now() + KILL_LIMIT_MS;
  // Children that changed group and lose their parent in the first round are found no more; so they are remembered.
  const seen = new Map<number, string>();
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    const found = await findProcesses(search);
    for (const [pid, startedAt] of await identify(found)) seen.set(pid, startedAt);
    const left: number[] = [];
    for (const [pid, startedAt] of seen) {
      if (!(await isRunning({ pid, startedAt }))) seen.delete(pid);
      else {
        sendSignal(pid, 'SIGKILL');
        left.push(pid);
      }
    }
    if (left.length === 0) return [];
    if (performance.now() > until) return left;
    await sleep(pause);
  }
}
