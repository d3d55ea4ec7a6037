import { hostname, userInfo } from 'node:os';
import { AwsError } from './aws-error.ts';
import type { OnEvent } from './events.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

/** A lock that nobody refreshed for so long is taken over: its holder was ended without being able to give it back. */
export const LOCK_LIFETIME_MS = 5 * 60_000;
const REFRESH_MS = 60_000;
const NAME = 'lock.json';

/** Who works on a system, and on what. */
export interface LockHolder {
  /** `deploy`, `rollback`, `destroy` */
  readonly operation: string;
  /** ARN of the caller. */
  readonly caller: string;
  /** `user@machine` */
  readonly where: string;
  readonly process: number;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601: free from then on unless refreshed. */
  readonly expires: string;
}

/** A lock that is held. */
export interface Lock {
  /** Aborted when the lock was lost to another, after this process did not refresh it in time. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/** What a lock is taken for. */
export interface LockRequest {
  readonly operation: string;
  readonly onEvent: OnEvent;
  /** Milliseconds since 1970; default the machine's clock. */
  readonly now?: () => number;
}

/**
 * Makes sure that one process at a time changes a system: an object that only one can create, refreshed while it is held.
 *
 * @throws AwsError `busy` when another holds it; says who, since when and on which machine
 */
export async function takeLock(session: Session, store: Store, request: LockRequest): Promise<Lock> {
  const { operation, onEvent, now = Date.now } = request;
  const since = new Date(now()).toISOString();
  const content = (): string => JSON.stringify(holder(session, operation, since, now()));
  let etag = await store.write(NAME, content(), 'absent');
  if (etag === null) {
    const existing = await store.read(NAME);
    const other = existing === null ? null : readHolder(existing.body);
    if (existing !== null && (other === null || Date.parse(other.expires) <= now())) {
      etag = await store.write(NAME, content(), { etag: existing.etag });
      if (etag !== null && other !== null) onEvent({ kind: 'note', message: takenOver(other) });
    }
    if (etag === null) throw busy(other, now());
  }
  const lost = new AbortController();
  const timer = setInterval(() => {
    if (etag === null) return;
    store.write(NAME, content(), { etag }).then(
      (renewed) => {
        etag = renewed;
        if (renewed === null) lost.abort();
      },
      // The network may be back before the lock expires.
      () => {},
    );
  }, REFRESH_MS);
  timer.unref();
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      if (etag !== null) await store.remove(NAME, etag);
    },
  };
}

function holder(session: Session, operation: string, since: string, now: number): LockHolder {
  return {
    operation,
    caller: session.caller,
    where: `${userName()}@${hostname()}`,
    process: process.pid,
    since,
    expires: new Date(now + LOCK_LIFETIME_MS).toISOString(),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no entry in /etc/passwd.
    return 'unknown';
  }
}

function readHolder(body: Uint8Array): LockHolder | null {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as LockHolder; // written by us, under a name of ours
  } catch {
    return null;
  }
}

function takenOver({ operation, where, since }: LockHolder): string {
  return `A ${operation} that began at ${since} on ${where} ended without giving its lock back; it is taken over.`;
}

function busy(other: LockHolder | null, now: number): AwsError {
  if (other === null) {
    return new AwsError('busy', 'Another deployment began at the same moment', {
      fix: 'Run the command again once it has ended.',
    });
  }
  const seconds = Math.max(1, Math.round((Date.parse(other.expires) - now) / 1000));
  return new AwsError('busy', `A ${other.operation} of this system is under way`, {
    why: `${other.caller} began it at ${other.since} on ${other.where} (process ${other.process})`,
    fix: `Run the command again once it has ended. If it was killed, its lock expires by itself in ${seconds} s.`,
  });
}
