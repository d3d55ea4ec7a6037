import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = new URL('../../../', import.meta.url).pathname;
const LEFT_OUT = new Set(['node_modules', '.breakwater', 'test']);

/** A system in a folder of its own, whose source a test may change. */
export interface SystemCopy {
  readonly directory: string;
  remove(): void;
}

/** Copies a reference system with its services to a temporary folder that finds the workspace's libraries. */
export function copySystem(name: 'catalog' | 'payments' | 'storefront'): SystemCopy {
  const directory = mkdtempSync(join(tmpdir(), `breakwater-${name}-`));
  cpSync(join(root, 'systems', name), directory, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)),
  });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
