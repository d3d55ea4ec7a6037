import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { EngineFile } from '@breakwater/protocol';
import { isRunning } from '../processes/identity.ts';
import { writeProblem } from './engine-error.ts';
import { stateLayout } from './layout.ts';

/** What a folder's engine file says, checked against the running processes. */
export type EngineStatus =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly engine: EngineFile }
  /** The engine that wrote it has ended without removing it. */
  | { readonly state: 'stale'; readonly engine: EngineFile };

/** Writes text so that a reader sees the old file or the new one, never a part of it. */
export async function writeAtomically(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes `.breakwater/engine.json`, readable by this user only.
 * @throws {EngineError} when the folder cannot be written.
 */
export async function writeEngineFile(directory: string, engine: EngineFile): Promise<void> {
  const layout = stateLayout(directory);
  try {
    await writeAtomically(layout.engineFile, `${JSON.stringify(engine, null, 2)}\n`);
  } catch (error) {
    throw writeProblem(layout.root, error);
  }
}

/** Which engine runs in the folder: the command line's first question. A damaged file counts as none. */
export async function readEngineFile(directory: string): Promise<EngineStatus> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(stateLayout(directory).engineFile, 'utf8'));
  } catch {
    // Not there, not readable for this user, or damaged: in each case there is no engine to talk to.
    return { state: 'none' };
  }
  if (!isEngineFile(parsed)) return { state: 'none' };
  const running = await isRunning({ pid: parsed.pid, startedAt: parsed.pidStartedAt });
  return { state: running ? 'running' : 'stale', engine: parsed };
}

/** Removes the engine file; nothing happens where there is none. */
export async function removeEngineFile(directory: string): Promise<void> {
  await rm(stateLayout(directory).engineFile, { force: true });
}

function isEngineFile(value: unknown): value is EngineFile {
  if (typeof value !== 'object' || value === null) return false;
  const text = (key: string): boolean => key in value && typeof Reflect.get(value, key) === 'string';
  return (
    Reflect.get(value, 'protocol') === 1 &&
    typeof Reflect.get(value, 'pid') === 'number' &&
    ['pidStartedAt', 'controlUrl', 'token', 'system', 'env'].every(text) &&
    (Reflect.get(value, 'url') === null || text('url'))
  );
}
