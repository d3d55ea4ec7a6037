import { AwsError } from '../aws-error.ts';
import type { Session } from '../session.ts';
import type { SystemId } from '../stacks/read.ts';
import { openStore, type Store } from '../store.ts';
import { mapLimited } from '../work.ts';
import { RELEASE_FORMAT, type Release, type ReleaseSummary, summaryOf } from './release.ts';

/** So many releases are kept; older ones are deleted. */
export const KEPT_RELEASES = 10;

const FOLDER = 'releases/';
/** Stands while a deployment changes stacks: a run that did not finish leaves it behind. */
const UNFINISHED = 'unfinished.json';

function nameOf(number: number): string {
  return `${FOLDER}${String(number).padStart(6, '0')}.json`;
}

/** Numbers of the releases there are, the oldest first. */
async function numbers(store: Store): Promise<number[]> {
  return (await store.list(FOLDER)).flatMap((name) => {
    const found = /(\d+)\.json$/.exec(name);
    return found === null ? [] : [Number(found[1])];
  });
}

/** A release with its templates; null when there is none of that number. */
export async function readRelease(store: Store, number: number): Promise<Release | null> {
  const found = await store.read(nameOf(number));
  if (found === null) return null;
  const release = JSON.parse(new TextDecoder().decode(found.body)) as Release; // written by recordRelease
  if (release.format === RELEASE_FORMAT) return release;
  throw new AwsError('no-earlier-release', `Release ${number} has another format`, {
    why: `it was written by another version of Breakwater (format ${String(release.format)}, this one reads ${RELEASE_FORMAT})`,
    fix: 'Use the version that deployed it, or deploy the wanted definition again.',
  });
}

/** All releases that are kept, the oldest first. */
export async function readReleases(store: Store): Promise<ReleaseSummary[]> {
  const releases = await mapLimited(await numbers(store), 4, (number) => readRelease(store, number));
  return releases.flatMap((release) => (release === null ? [] : [summaryOf(release)]));
}

/** The newest release; null before the first. */
export async function latestRelease(store: Store): Promise<Release | null> {
  const newest = (await numbers(store)).at(-1);
  return newest === undefined ? null : readRelease(store, newest);
}

/** Adds a release under the next number, and forgets the oldest. */
export async function recordRelease(
  store: Store,
  release: Omit<Release, 'number' | 'format'>,
): Promise<Release> {
  const existing = await numbers(store);
  for (let number = (existing.at(-1) ?? 0) + 1; ; number++) {
    const complete: Release = { format: RELEASE_FORMAT, number, ...release };
    if ((await store.write(nameOf(number), JSON.stringify(complete), 'absent')) === null) continue;
    const surplus = existing.slice(0, Math.max(0, existing.length + 1 - KEPT_RELEASES));
    await mapLimited(surplus, 4, (old) => store.remove(nameOf(old)));
    return complete;
  }
}

/** Notes that stacks are being changed; {@link clearUnfinished} when that is over. */
export async function markUnfinished(store: Store, operation: string): Promise<void> {
  await store.write(UNFINISHED, JSON.stringify({ operation, since: new Date().toISOString() }));
}

/** All stacks are as the latest release says. */
export async function clearUnfinished(store: Store): Promise<void> {
  await store.remove(UNFINISHED);
}

/** Whether the last run ended before all stacks were as it wanted them. */
export async function isUnfinished(store: Store): Promise<boolean> {
  return (await store.read(UNFINISHED)) !== null;
}

/**
 * The releases of a system in an environment, the newest first: the last ten are kept.
 *
 * @throws AwsError `not-bootstrapped`, and those of {@link openSession}
 */
export async function listReleases(session: Session, id: SystemId): Promise<ReleaseSummary[]> {
  return (await readReleases(await openStore(session, id))).reverse();
}
