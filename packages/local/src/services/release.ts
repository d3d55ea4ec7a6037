import { constants } from 'node:fs';
import { cp, lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * A release is a service's folder as it was when it was built: what an image is on ECS. Without it a rollback would
 * start the very files that broke, because the source has moved on.
 */
export interface Release {
  readonly revision: number;
  /** Folder that its tasks run in. */
  readonly directory: string;
  /** False where the folder is too large to copy; the tasks then run in the source folder itself. */
  readonly immutable: boolean;
}

/** Linked rather than copied: large, and not what a change of the source changes. */
const LINKED = new Set(['node_modules', '.venv', 'venv', 'vendor']);
/** Neither copied nor linked: no service needs them to run. */
const LEFT_OUT = new Set([
  '.git',
  '.breakwater',
  '.DS_Store',
  'coverage',
  'cdk.out',
  '__pycache__',
  '.pytest_cache',
  '.next/cache',
]);
/** Above these a copy would cost more than it gives. */
const MOST_FILES = 5_000;
const MOST_BYTES = 200 * 1024 * 1024;
/** Releases kept beside those in use. */
const KEPT_RELEASES = 3;

interface Size {
  files: number;
  bytes: number;
}

async function measure(directory: string, size: Size): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (size.files > MOST_FILES || size.bytes > MOST_BYTES) return;
    if (LINKED.has(entry.name) || LEFT_OUT.has(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await measure(path, size);
    else {
      size.files += 1;
      size.bytes += (await lstat(path)).size;
    }
  }
}

/**
 * Copies `source` into `<releases>/<revision>`: copy-on-write where the file system can, symlinks kept.
 * Dependency folders are linked. A folder with too many files is used in place.
 */
export async function makeRelease(source: string, releases: string, revision: number): Promise<Release> {
  const size: Size = { files: 0, bytes: 0 };
  await measure(source, size);
  if (size.files > MOST_FILES || size.bytes > MOST_BYTES)
    return { revision, directory: source, immutable: false };
  const directory = join(releases, String(revision));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const entry of await readdir(source)) {
    if (LEFT_OUT.has(entry)) continue;
    const from = join(source, entry);
    const to = join(directory, entry);
    if (LINKED.has(entry)) await symlink(from, to);
    else {
      await cp(from, to, {
        recursive: true,
        verbatimSymlinks: true,
        mode: constants.COPYFILE_FICLONE,
        filter: (path) => !LEFT_OUT.has(basename(path)),
      });
    }
  }
  return { revision, directory, immutable: true };
}

/**
 * Removes the releases that no task runs and that are older than the last few before `newest`, or that an engine before
 * this one has left. Never rejects: what cannot be removed now is tried again next time.
 */
export async function removeOldReleases(
  releases: string,
  newest: number,
  inUse: ReadonlySet<number>,
): Promise<void> {
  const entries = await readdir(releases).catch(() => []);
  for (const entry of entries) {
    const revision = Number(entry);
    if (!Number.isInteger(revision) || inUse.has(revision)) continue;
    if (revision <= newest && revision > newest - KEPT_RELEASES) continue;
    await rm(join(releases, entry), { recursive: true, force: true }).catch(() => {});
  }
}
