import { appendFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../state/engine-error.ts';

/** The part of the file system that logs need. */
export interface LogDisk {
  append(path: string, text: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Files of a folder with their time of change, milliseconds; empty where there is none. */
  list(path: string): Promise<readonly { readonly name: string; readonly changedAt: number }[]>;
}

/** The disk of this machine. Files are for this user only: what services log is not for everyone. */
export const logDisk: LogDisk = {
  append: (path, text) => appendFile(path, text, { mode: 0o600 }),
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async list(path) {
    const files = [];
    for (const name of await readdir(path).catch(() => [])) {
      const found = await stat(join(path, name)).catch(() => null);
      if (found?.isFile() === true) files.push({ name, changedAt: found.mtimeMs });
    }
    return files;
  },
};

/** A task's log on disk. */
export interface LogFile {
  write(text: string): void;
  /** Resolves when what was written is on disk, or was given up because the disk does not take it. */
  flush(): Promise<void>;
}

/** Told about the disk as a whole: one warning for all files, and one when it takes lines again. */
export interface DiskTrouble {
  /** Whether writing is worth a try now. */
  mayTry(): boolean;
  failed(path: string, error: unknown): void;
  worked(): void;
}

/** How much may wait for the disk; what comes on top is left out of the file, and said there. */
const QUEUE_BYTES = 1024 * 1024;

/**
 * Appends to a file in the background: one write at a time, all waiting lines together. At `capBytes` the file becomes `<path>.1`,
 * whose predecessor is dropped, and a new one begins. It never fails and never makes the writer wait.
 */
export function createLogFile(path: string, capBytes: number, disk: LogDisk, trouble: DiskTrouble): LogFile {
  let queue: string[] = [];
  let queuedBytes = 0;
  let leftOut = 0;
  let fileBytes = 0;
  let folderMade = false;
  let writing: Promise<void> | null = null;

  const append = async (text: string): Promise<void> => {
    if (!folderMade) await disk.makeFolder(dirname(path));
    folderMade = true;
    try {
      if (fileBytes > 0 && fileBytes + text.length > capBytes) {
        await disk.rename(path, `${path}.1`);
        fileBytes = 0;
      }
      await disk.append(path, text);
      fileBytes += text.length;
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      // Someone has removed the folder or the file.
      await disk.makeFolder(dirname(path));
      await disk.append(path, text);
      fileBytes = text.length;
    }
  };

  const drain = async (): Promise<void> => {
    // Let the lines of this turn of the event loop come together.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      if (leftOut > 0)
        queue.push(`… ${leftOut} lines are left out here: they came faster than the disk takes them.\n`);
      const text = queue.join('');
      queue = [];
      queuedBytes = 0;
      leftOut = 0;
      if (!trouble.mayTry()) continue;
      try {
        await append(text);
        trouble.worked();
      } catch (error) {
        trouble.failed(path, error);
      }
    }
    writing = null;
  };

  return {
    write(text) {
      if (queuedBytes + text.length > QUEUE_BYTES) {
        leftOut += 1;
        return;
      }
      queue.push(text);
      queuedBytes += text.length;
      writing ??= drain();
    },
    async flush() {
      while (writing !== null) await writing;
    },
  };
}

/** Removes all but the `keep` tasks' files that changed last. */
export async function dropOldFiles(folder: string, keep: number, disk: LogDisk): Promise<void> {
  const newest = new Map<string, number>();
  const files = await disk.list(folder);
  const taskOf = (name: string): string => name.replace(/\.log(\.1)?$/, '');
  for (const { name, changedAt } of files) {
    newest.set(taskOf(name), Math.max(newest.get(taskOf(name)) ?? 0, changedAt));
  }
  const kept = new Set(
    [...newest]
      .sort((a, b) => b[1] - a[1])
      .slice(0, keep)
      .map(([task]) => task),
  );
  for (const { name } of files) {
    if (!kept.has(taskOf(name))) await disk.remove(join(folder, name));
  }
}
