import type { EngineFile } from '@breakwater/protocol';
import { type ProcessIdentity, processStartedAt } from '../processes/identity.ts';
import { cleanUpLeftovers, type LeftoverReport } from '../processes/leftovers.ts';
import { createEngineId } from '../processes/marker.ts';
import { claimFolder } from './claims.ts';
import { EngineError, writeProblem } from './engine-error.ts';
import { readEngineFile, removeEngineFile } from './engine-file.ts';
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

/**
 * Claims the folder of a definition for an engine of this process; at most one engine holds it, however many start at once.
 * What a crashed engine left is cleaned up before the answer.
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
    const claimed = await claimFolder(layout.claims, identity);
    if (claimed.state === 'held') {
      const status = await readEngineFile(directory);
      const engine = status.state === 'running' && status.engine.pid === claimed.pid ? status.engine : null;
      return { state: 'running', pid: claimed.pid, engine };
    }
    const engineId = await createEngineId(directory);
    const leftovers = await cleanUpLeftovers(directory);
    const release = async (): Promise<void> => {
      if (!(await claimed.isOurs())) return;
      await removeEngineFile(directory);
      await claimed.release();
    };
    return { state: 'acquired', lock: { engineId, identity, layout, leftovers, release } };
  } catch (error) {
    if (error instanceof EngineError) return { state: 'failed', error };
    return { state: 'failed', error: writeProblem(directory, error) };
  }
}
