import { readFile, stat } from 'node:fs/promises';

/** What is looked at to find out how a service starts. */
export interface SourceFiles {
  /** The file's text; null where there is no such file. */
  readText(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
}

/** The files of this machine. */
export const diskFiles: SourceFiles = {
  async readText(path) {
    try {
      return await readFile(path, 'utf8');
    } catch {
      // Missing, a folder, or not readable: in each case it does not say how to start.
      return null;
    }
  },
  async exists(path) {
    try {
      await stat(path);
      return true;
    } catch {
      return false;
    }
  },
};
