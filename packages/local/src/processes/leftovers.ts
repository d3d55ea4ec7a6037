import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stateLayout } from '../state/layout.ts';
import { killAll, waitUntilGone } from './end-processes.ts';
import type { GuardedProcess, ProcessRegistry } from './guard.ts';
import { isRunning } from './identity.ts';
import { ENGINE_VARIABLE, folderMarker, STORE_VARIABLE, TASK_VARIABLE } from './marker.ts';
import {
  findProcesses,
  type ProcessEntry,
  type ProcessSearch,
  readEnvironment,
  sendSignal,
} from './process-table.ts';

/** What an earlier engine had left behind, and what was done about it. */
export interface LeftoverReport {
  /** Processes that were still running and have been ended. */
  readonly ended: readonly LeftoverProcess[];
  /** Processes that could not be ended: another user's, or hanging in the kernel. */
  readonly left: readonly number[];
  /** Files that were removed: engine file, sockets, list of processes. */
  readonly removed: readonly string[];
}

/** A task's or store's processes, as one. */
export interface LeftoverProcess {
  /** Of the first of them. */
  readonly pid: number;
  /** How many there were. */
  readonly processes: number;
  /** `unknown` where its environment cannot be read. */
  readonly kind: 'task' | 'store' | 'unknown';
  /** Task id or store's name; null where unknown. */
  readonly name: string | null;
}

const TASK_GRACE_MS = 2_000;
const STORE_GRACE_MS = 5_000;

/**
 * Ends what a killed engine of this folder left running, tasks first and stores after them, and removes its stale files. Call
 * it only while holding the folder's lock (`acquireEngineLock` does), and before anything is started.
 */
export async function cleanUpLeftovers(directory: string): Promise<LeftoverReport> {
  const layout = stateLayout(directory);
  const registry = await readRegistry(layout.processes);
  const prefix = `${await folderMarker(directory)}-`;
  const ofFolder = (environment: ReadonlyMap<string, string>): boolean => {
    const engine = environment.get(ENGINE_VARIABLE);
    return engine !== undefined && (engine.startsWith(prefix) || engine === registry?.engineId);
  };

  // Where the leader of a group has ended its number proves nothing, and only the marker counts.
  const recorded: GuardedProcess[] = [];
  for (const one of registry?.processes ?? []) if (await isRunning(one)) recorded.push(one);
  const recordedTasks = recorded.filter((one) => one.kind === 'task').map((one) => one.pid);
  const recordedStores = recorded.filter((one) => one.kind === 'store').map((one) => one.pid);
  const tasks: ProcessSearch = {
    groups: recordedTasks,
    marked: (environment) => ofFolder(environment) && environment.has(TASK_VARIABLE),
  };
  const everything: ProcessSearch = { groups: recordedTasks, pids: recordedStores, marked: ofFolder };

  const found = await findProcesses(everything);
  const described = describeAll(found, recorded);
  let left: readonly number[] = [];
  if (found.length > 0) {
    for (const { pid } of await findProcesses(tasks)) sendSignal(pid, 'SIGTERM');
    if (!(await waitUntilGone(tasks, TASK_GRACE_MS))) await killAll(tasks);
    // PostgreSQL's fast shutdown: the first process tells its own children.
    const stores = await findProcesses(everything);
    const known = new Set(stores.map((entry) => entry.pid));
    for (const { pid, ppid } of stores) if (!known.has(ppid)) sendSignal(pid, 'SIGINT');
    if (!(await waitUntilGone(everything, STORE_GRACE_MS))) left = await killAll(everything);
  }

  const removed: string[] = [];
  for (const path of [layout.engineFile, ...(await filesOf(layout.run))]) {
    if (await remove(path)) removed.push(path);
  }
  return { ended: described.filter((one) => !left.includes(one.pid)), left, removed };
}

/** One entry for each task and store; a process that does not say whose it is (PostgreSQL's backends overwrite it) is its parent's. */
function describeAll(
  found: readonly ProcessEntry[],
  recorded: ProcessRegistry['processes'],
): readonly LeftoverProcess[] {
  const byPid = new Map(found.map((entry) => [entry.pid, entry]));
  const owners = new Map<string, LeftoverProcess>();
  for (const entry of found) {
    let owner = ownerOf(entry.pid, recorded);
    for (
      let at = byPid.get(entry.ppid);
      owner.kind === 'unknown' && at !== undefined;
      at = byPid.get(at.ppid)
    ) {
      owner = ownerOf(at.pid, recorded);
    }
    const key = owner.kind === 'unknown' ? String(entry.pid) : `${owner.kind} ${owner.name}`;
    const known = owners.get(key);
    owners.set(key, { ...owner, pid: known?.pid ?? entry.pid, processes: (known?.processes ?? 0) + 1 });
  }
  return [...owners.values()];
}

function ownerOf(
  pid: number,
  recorded: ProcessRegistry['processes'],
): Pick<LeftoverProcess, 'kind' | 'name'> {
  const environment = readEnvironment(pid);
  const task = environment?.get(TASK_VARIABLE);
  if (task !== undefined) return { kind: 'task', name: task };
  const store = environment?.get(STORE_VARIABLE);
  if (store !== undefined) return { kind: 'store', name: store };
  const record = recorded.find((one) => one.pid === pid);
  return { kind: record?.kind ?? 'unknown', name: record?.name ?? null };
}

async function readRegistry(path: string): Promise<ProcessRegistry | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    // Written whole or not at all by `startGuard`, in a folder that only this user may write.
    return value as ProcessRegistry;
  } catch {
    return undefined;
  }
}

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function remove(path: string): Promise<boolean> {
  try {
    await rm(path, { recursive: true });
    return true;
  } catch {
    return false;
  }
}
