import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { SystemName } from './conformance/index.ts';

const root = new URL('../../../', import.meta.url).pathname;
const LEFT_OUT = new Set(['node_modules', '.breakwater', 'test']);

/** A system in a folder of its own, whose source a test may change. */
export interface SystemCopy {
  readonly directory: string;
  remove(): void;
}

/** Several systems beside each other, as they are in the repository. */
export interface SystemCopies {
  /** The folder of a system's definition. */
  directory(name: SystemName): string;
  remove(): void;
}

/** Copies a reference system with its services to a temporary folder that finds the workspace's libraries. */
export function copySystem(name: SystemName): SystemCopy {
  const copies = copySystems([name]);
  return { directory: copies.directory(name), remove: copies.remove };
}

/** Copies reference systems into one temporary folder; the shop comes with the catalogue, whose service it runs. */
export function copySystems(names: readonly SystemName[]): SystemCopies {
  const parent = mkdtempSync(join(tmpdir(), `breakwater-${names.length === 1 ? names[0] : 'systems'}-`));
  // A database's server may run as another user, who must get through.
  chmodSync(parent, 0o755);
  const wanted = new Set(names.flatMap((name) => (name === 'shop' ? [name, 'catalog'] : [name])));
  for (const name of wanted) {
    cpSync(join(root, 'systems', name), join(parent, name), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(parent, 'node_modules'));
  return {
    directory: (name) => join(parent, name),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
