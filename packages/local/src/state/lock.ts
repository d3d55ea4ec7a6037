import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineFile } from '@breakwater/protocol';
import { isRunning, type ProcessIdentity, processStartedAt } from '../processes/identity.ts';
import { cleanUpLeftovers, type LeftoverReport } from '../processes/leftovers.ts';
import { createEngineId } from '../processes/marker.ts';
import { EngineError, writeProblem } from './engine-error.ts';
import { readEngineFile, removeEngineFile, writeAtomically } from './engine-file.ts';
import { createStateFolders, type StateLayout } from './layout.ts';

/** A folder that this process's engine alone may use. */
export interface EngineLock {
  /** Marks every process of this engine; see `markerEnvironment`. */
  readonly engineId: string;
  /** This process, as it stands in the engine file. */
  readonly identity: ProcessIdentity;
  readonly layout: StateLayout;
  /** What an engine that ended without cleaning up had left, and what was done about it. */
  readonly leftovers: LeftoverReport;
  /** Removes the engine file and gives the folder free. May be called more than once. */
  release(): Promise<void>;
}

/** Whether the folder is ours now, or who has it. */
export type LockResult =
  | { readonly state: 'acquired'; readonly lock: EngineLock }
  /** `engine` is null while the other engine is still starting. */
  | { readonly state: 'running'; readonly pid: number; readonly engine: EngineFile | null }
  | { readonly state: 'failed'; readonly error: EngineError };

interface Claim extends ProcessIdentity {
  readonly id: string;
  readonly held: boolean;
}

/**
 * Claims the folder of a definition for an engine of this process; at most one engine holds it, however many start at once.
 * What a crashed engine left is cleaned up before the answer.
 *
 * Node offers no file locks, and taking over one lock file of a dead owner races with others who do the same. So each engine
 * writes a claim under its own random name and then looks at all: a claim of an ended process is nobody's; a held one wins; of
 * two that are still claiming, the smaller name waits and the larger withdraws. A claim is written before the others are read,
 * so two engines cannot both miss each other.
 *
 * @example
 * const result = await acquireEngineLock(directory);
 * if (result.state === 'running') throw new Error(`already running: pid ${result.pid}`);
 */
export async function acquireEngineLock(directory: string): Promise<LockResult> {
  try {
    const layout = await createStateFolders(directory);
    const startedAt = await processStartedAt(process.pid);
    if (startedAt === undefined) {
      throw new EngineError(
        'NO_PROCESS_LIST',
        'The list of processes cannot be read here.',
        'Make `ps` available.',
      );
    }
    const identity = { pid: process.pid, startedAt };
    for (;;) {
      const id = randomBytes(8).toString('hex');
      const holder = await claim(layout, { ...identity, id, held: false });
      if (holder === 'withdrawn') {
        await sleep(20 + Math.random() * 60);
        continue;
      }
      if (holder !== 'ours') {
        const status = await readEngineFile(directory);
        const engine = status.state === 'running' && status.engine.pid === holder.pid ? status.engine : null;
        return { state: 'running', pid: holder.pid, engine };
      }
      const engineId = await createEngineId(directory);
      const leftovers = await cleanUpLeftovers(directory);
      const release = async (): Promise<void> => {
        if ((await readClaim(layout, id)) === undefined) return;
        await removeEngineFile(directory);
        await rm(claimPath(layout, id), { force: true });
      };
      return { state: 'acquired', lock: { engineId, identity, layout, leftovers, release } };
    }
  } catch (error) {
    if (error instanceof EngineError) return { state: 'failed', error };
    return { state: 'failed', error: writeProblem(directory, error) };
  }
}

/** Writes our claim and settles it with the others. */
async function claim(layout: StateLayout, mine: Claim): Promise<'ours' | 'withdrawn' | Claim> {
  try {
    await writeClaim(layout, mine);
    for (let waited = 0; ; waited += 10) {
      const others = await liveClaims(layout, mine.id);
      if (others.length === 0) {
        await writeClaim(layout, { ...mine, held: true });
        return 'ours';
      }
      const holder = others.find((other) => other.held);
      const smaller = others.some((other) => other.id < mine.id);
      // One that claims for so long has been suspended in the middle; it counts as running.
      const stuck = waited >= 5_000 ? others[0] : undefined;
      if (holder !== undefined || smaller || stuck !== undefined) {
        await rm(claimPath(layout, mine.id), { force: true });
        return holder ?? (smaller ? 'withdrawn' : (stuck ?? 'withdrawn'));
      }
      await sleep(10);
    }
  } catch (error) {
    // A claim that stays would keep others waiting.
    await rm(claimPath(layout, mine.id), { force: true });
    throw error;
  }
}

async function liveClaims(layout: StateLayout, except: string): Promise<readonly Claim[]> {
  const live: Claim[] = [];
  for (const name of await readdir(layout.claims)) {
    const id = /^([0-9a-f]{16})\.json$/.exec(name)?.[1];
    if (id === undefined || id === except) continue;
    const other = await readClaim(layout, id);
    if (other === undefined) continue;
    // The name is random, so nobody can have put a new claim in the place of the dead one.
    if (await isRunning(other)) live.push(other);
    else await rm(claimPath(layout, id), { force: true });
  }
  return live;
}

const claimPath = (layout: StateLayout, id: string): string => join(layout.claims, `${id}.json`);

function writeClaim(layout: StateLayout, { id, pid, startedAt, held }: Claim): Promise<void> {
  return writeAtomically(claimPath(layout, id), JSON.stringify({ pid, startedAt, held }));
}

async function readClaim(layout: StateLayout, id: string): Promise<Claim | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(claimPath(layout, id), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    return {
      id,
      pid: Number(Reflect.get(value, 'pid')),
      startedAt: String(Reflect.get(value, 'startedAt')),
      held: Reflect.get(value, 'held') === true,
    };
  } catch {
    // Withdrawn in the meantime; claims are written whole, so a damaged one is nobody's.
    return undefined;
  }
}
