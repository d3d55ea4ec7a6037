import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from '../processes/identity.ts';
import { writeAtomically } from './engine-file.ts';

/** Whether what a folder of claims stands for is ours now, or who has it. */
export type ClaimResult =
  | {
      readonly state: 'ours';
      /** False once it was released, also by somebody who has removed the folder. */
      isOurs(): Promise<boolean>;
      /** May be called more than once. */
      release(): Promise<void>;
    }
  | { readonly state: 'held'; readonly pid: number };

interface Claim extends ProcessIdentity {
  readonly id: string;
  readonly held: boolean;
}

/**
 * Claims what the folder stands for; at most one claim is held, however many processes try at once, and that of an ended process
 * is nobody's. A process may claim several times, and gets it once.
 *
 * Node offers no file locks, and taking over one lock file of a dead owner races with others who do the same. So each claimant
 * writes a claim under its own random name and then looks at all: a claim of an ended process is nobody's; a held one wins; of
 * two that are still claiming, the smaller name waits and the larger withdraws. A claim is written before the others are read,
 * so two claimants cannot both miss each other.
 *
 * @param folder exists, and holds nothing but claims
 * @param identity this process
 * @throws what keeps the folder from being read or written
 */
export async function claimFolder(folder: string, identity: ProcessIdentity): Promise<ClaimResult> {
  for (;;) {
    const id = randomBytes(8).toString('hex');
    const holder = await claim(folder, { ...identity, id, held: false });
    if (holder === 'ours') {
      return {
        state: 'ours',
        isOurs: async () => (await readClaim(folder, id)) !== undefined,
        release: () => rm(claimPath(folder, id), { force: true }),
      };
    }
    if (holder !== 'withdrawn') return { state: 'held', pid: holder.pid };
    await sleep(20 + Math.random() * 60);
  }
}

/** Writes our claim and settles it with the others. */
async function claim(folder: string, mine: Claim): Promise<'ours' | 'withdrawn' | Claim> {
  try {
    await writeClaim(folder, mine);
    for (let waited = 0; ; waited += 10) {
      const others = await liveClaims(folder, mine.id);
      if (others.length === 0) {
        await writeClaim(folder, { ...mine, held: true });
        return 'ours';
      }
      const holder = others.find((other) => other.held);
      const smaller = others.some((other) => other.id < mine.id);
      // One that claims for so long has been suspended in the middle; it counts as running.
      const stuck = waited >= 5_000 ? others[0] : undefined;
      if (holder !== undefined || smaller || stuck !== undefined) {
        await rm(claimPath(folder, mine.id), { force: true });
        return holder ?? (smaller ? 'withdrawn' : (stuck ?? 'withdrawn'));
      }
      await sleep(10);
    }
  } catch (error) {
    // A claim that stays would keep others waiting.
    await rm(claimPath(folder, mine.id), { force: true });
    throw error;
  }
}

async function liveClaims(folder: string, except: string): Promise<readonly Claim[]> {
  const live: Claim[] = [];
  for (const name of await readdir(folder)) {
    const id = /^([0-9a-f]{16})\.json$/.exec(name)?.[1];
    if (id === undefined || id === except) continue;
    const other = await readClaim(folder, id);
    if (other === undefined) continue;
    // The name is random, so nobody can have put a new claim in the place of the dead one.
    if (await isRunning(other)) live.push(other);
    else await rm(claimPath(folder, id), { force: true });
  }
  return live;
}

const claimPath = (folder: string, id: string): string => join(folder, `${id}.json`);

function writeClaim(folder: string, { id, pid, startedAt, held }: Claim): Promise<void> {
  return writeAtomically(claimPath(folder, id), JSON.stringify({ pid, startedAt, held }));
}

async function readClaim(folder: string, id: string): Promise<Claim | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(claimPath(folder, id), 'utf8'));
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
