import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity, processStartedAt } from '../../processes/identity.ts';
import { EngineError } from '../../state/engine-error.ts';

/**
 * Takes the store's folder for this process; the result gives it back. A folder whose owner is dead is taken over.
 * Throws {@link EngineError} `CONFLICT` while its owner lives, this process included.
 */
export async function claimFolder(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'owner.json');
  const mine: ProcessIdentity = { pid: process.pid, startedAt: (await processStartedAt(process.pid)) ?? '' };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || attempt > 2) throw error;
    }
    const owner = await readOwner(file);
    if (owner !== null && (await isRunning(owner))) {
      throw new EngineError(
        'CONFLICT',
        `The database in ${directory} is already in use by process ${owner.pid}.`,
        'Stop that one first, or use another folder or environment.',
      );
    }
    await rm(file, { force: true });
  }
}

async function readOwner(file: string): Promise<ProcessIdentity | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return null;
    if (!('pid' in parsed) || typeof parsed.pid !== 'number') return null;
    if (!('startedAt' in parsed) || typeof parsed.startedAt !== 'string') return null;
    return { pid: parsed.pid, startedAt: parsed.startedAt };
  } catch {
    // Gone meanwhile, or torn: nobody's.
    return null;
  }
}
