import { createHash, randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';

/** Environment variable that every process started by an engine inherits: the engine's id. */
export const ENGINE_VARIABLE = 'BREAKWATER_ENGINE';
/** Environment variable of the processes of a task: the task's id. */
export const TASK_VARIABLE = 'BREAKWATER_TASK';
/** Environment variable of the processes of a store: its name. */
export const STORE_VARIABLE = 'BREAKWATER_STORE';

/** Whose process it is. A build counts as a task of its own. */
export type ProcessMarker =
  | { readonly engineId: string; readonly task: string }
  | { readonly engineId: string; readonly store: string };

/** The variables that a process must be started with, so that it is found even when it leaves its process group. */
export function markerEnvironment(marker: ProcessMarker): Readonly<Record<string, string>> {
  return 'task' in marker
    ? { [ENGINE_VARIABLE]: marker.engineId, [TASK_VARIABLE]: marker.task }
    : { [ENGINE_VARIABLE]: marker.engineId, [STORE_VARIABLE]: marker.store };
}

/** What the ids of all engines of a folder begin with; the same by whatever link the folder is reached. */
export async function folderMarker(directory: string): Promise<string> {
  return createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 16);
}

/** A new engine's id: `<folder>-<random>`. Not a secret. */
export async function createEngineId(directory: string): Promise<string> {
  return `${await folderMarker(directory)}-${randomBytes(8).toString('hex')}`;
}
