import type { OnEvent } from '../events.ts';
import { type LockRequest, takeLock } from '../lock.ts';
import type { Session } from '../session.ts';
import type { SystemId } from '../stacks/read.ts';
import { cancelUpdates, interrupted, waitUntilSettled } from '../stacks/settle.ts';
import { openStore, type Store } from '../store.ts';

/** How often CloudFormation is asked how far it is. */
export const POLL_INTERVAL_MS = 2_000;

/** What every change of a system is done with. */
export interface Supervision {
  readonly id: SystemId;
  readonly operation: LockRequest['operation'];
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  readonly pollIntervalMs: number;
}

/** What the work is given. */
export interface Supervised {
  readonly store: Store;
  /** Aborted by the caller, or when the lock was lost. */
  readonly signal: AbortSignal;
}

/**
 * Changes a system alone: takes the lock, waits until CloudFormation has finished what an earlier run began, does the work, gives the
 * lock back. When the signal asks for an end, updates under way are cancelled, and the work is not waited for.
 *
 * @throws AwsError `busy`, `interrupted`, `not-bootstrapped`, and what the work throws
 */
export async function supervise<T>(
  session: Session,
  { id, operation, onEvent, signal: asked, pollIntervalMs }: Supervision,
  work: (supervised: Supervised) => Promise<T>,
): Promise<T> {
  const store = await openStore(session, id);
  const lock = await takeLock(session, store, { operation, onEvent });
  const signal = AbortSignal.any([asked, lock.lost]);
  try {
    await waitUntilSettled(session, id, { onEvent, signal, pollIntervalMs });
    const running = work({ store, signal });
    // What it still says after an interruption is of no interest.
    running.catch(() => {});
    const stop = new Promise<'stop'>((resolve) => {
      if (signal.aborted) resolve('stop');
      signal.addEventListener('abort', () => resolve('stop'), { once: true });
    });
    const ended = await Promise.race([running.then((value) => ({ value })), stop]);
    if (ended === 'stop') throw interrupted(await cancelUpdates(session, id));
    return ended.value;
  } finally {
    await lock.release().catch(() => {
      // It expires by itself; a failure here must not hide what happened before.
    });
  }
}
