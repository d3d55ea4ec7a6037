import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStartedAt } from '../processes/identity.ts';
import { claimFolder } from '../state/claims.ts';

/** Between two looks whether another engine has finished. */
const LOOK_MS = 50;
/** A wait that is long enough to be told. */
const TELL_AFTER_MS = 3_000;

/** Who works in a source folder in this process, last in the queue. */
const queues = new Map<string, Promise<unknown>>();

/** What waiting for a turn needs. */
export interface TurnOptions {
  /** Ends the wait; the work is then not done. */
  readonly signal: AbortSignal;
  /** Told once when another engine keeps us waiting for long. */
  readonly onWait: (pid: number) => void;
  /** Milliseconds after which a wait is told; default 3,000. */
  readonly tellAfterMs?: number;
}

/**
 * Builds in a source folder and copies what was built, while nobody else of this user does: services share a folder, and so do
 * systems, whose engines are processes of their own. One that built while another copied would give it half a file.
 * Returns undefined when the signal came first.
 */
export async function inSourceTurn<Result>(
  source: string,
  options: TurnOptions,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const folder = realPath(source);
  const before = queues.get(folder) ?? Promise.resolve();
  const turn = before.then(async () => {
    const release = await waitForOthers(folder, options);
    if (release === null) return undefined;
    try {
      return await work();
    } finally {
      await release();
    }
  });
  const settled = turn.catch(() => {});
  queues.set(folder, settled);
  void settled.then(() => {
    if (queues.get(folder) === settled) queues.delete(folder);
  });
  return turn;
}

/** At once, so that those who come first have their turn first. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Resolves when no other engine works in the folder, with what gives it back; null when the signal came first. */
async function waitForOthers(
  folder: string,
  { signal, onWait, tellAfterMs = TELL_AFTER_MS }: TurnOptions,
): Promise<(() => Promise<void>) | null> {
  const claims = await claimsOf(folder);
  const startedAt = await processStartedAt(process.pid);
  if (claims === null || startedAt === undefined) return async () => {};
  const began = performance.now();
  for (let told = false; !signal.aborted; ) {
    const claimed = await claimFolder(claims, { pid: process.pid, startedAt });
    if (claimed.state === 'ours') return claimed.release;
    if (!told && performance.now() - began > tellAfterMs) {
      told = true;
      onWait(claimed.pid);
    }
    await sleep(LOOK_MS);
  }
  return null;
}

/**
 * Where engines of this user claim the folder: not in it, for it is the author's. Null where it cannot be had; then each builds
 * for itself, as it would in two terminals.
 */
async function claimsOf(folder: string): Promise<string | null> {
  const own = process.getuid?.() ?? 0;
  const root = join(tmpdir(), `breakwater-${own}`);
  // A bounded number of folders; sources that share one by chance only wait for each other.
  const claims = join(root, 'builds', createHash('sha256').update(folder).digest('hex').slice(0, 2));
  try {
    await mkdir(claims, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(root);
    // Somebody else's folder could hold claims that never end.
    return uid === own && (mode & 0o022) === 0 ? claims : null;
  } catch {
    return null;
  }
}
