import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { processStartedAt, readProcessStat } from './identity.ts';

const run = promisify(execFile);

/** A process that runs now. Zombies, which have ended, are not listed. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
}

/** Every process of this machine that can be seen. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  if (process.platform !== 'linux') return listByPs();
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readProcessStat(Number(name));
    if (stat === undefined || stat.state === 'Z' || stat.state === 'X') continue;
    entries.push({ pid: stat.pid, ppid: stat.ppid, pgid: stat.pgid, session: stat.session });
  }
  return entries;
}

async function listByPs(): Promise<readonly ProcessEntry[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,pgid=,stat='], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    maxBuffer: 16 * 1024 * 1024,
  });
  const entries: ProcessEntry[] = [];
  for (const line of stdout.split('\n')) {
    const [pid, ppid, pgid, state = 'Z'] = line.trim().split(/\s+/);
    if (state.startsWith('Z')) continue;
    // ps shows no session number on macOS; the group stands in for it.
    entries.push({ pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid), session: Number(pgid) });
  }
  return entries;
}

/**
 * The environment that a process was started with; undefined where it cannot be read: another user's process, and any on
 * systems without `/proc`. A program that rewrites its title may have overwritten it.
 */
export function readEnvironment(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const variables = new Map<string, string>();
    for (const entry of readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')) {
      const equals = entry.indexOf('=');
      if (equals > 0) variables.set(entry.slice(0, equals), entry.slice(equals + 1));
    }
    return variables;
  } catch {
    return undefined;
  }
}

/** What belongs together. */
export interface ProcessSearch {
  /** Process groups, which are also the sessions' numbers. */
  readonly groups: readonly number[];
  /** Single processes. */
  readonly pids?: readonly number[];
  /** Whether a process with this environment belongs to it. Only asked on Linux. */
  readonly marked?: (environment: ReadonlyMap<string, string>) => boolean;
}

/**
 * The running processes of some groups: those in the group or its session, those with the marker, and the descendants of all
 * these, whatever group they are in. Never this process nor one of its ancestors.
 */
export async function findProcesses(search: ProcessSearch): Promise<readonly ProcessEntry[]> {
  const entries = await listProcesses();
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  const excluded = new Set<number>([0, 1]);
  for (let pid = process.pid; pid > 1 && !excluded.has(pid); pid = byPid.get(pid)?.ppid ?? 0)
    excluded.add(pid);

  const groups = new Set(search.groups);
  const pids = new Set(search.pids);
  const verdicts = new Map<number, boolean>();
  const belongs = (entry: ProcessEntry): boolean => {
    const known = verdicts.get(entry.pid);
    if (known !== undefined) return known;
    // Set first, so that a circle of parents, possible in a list that is read piece by piece, ends.
    verdicts.set(entry.pid, false);
    if (excluded.has(entry.pid)) return false;
    const parent = byPid.get(entry.ppid);
    const verdict =
      pids.has(entry.pid) ||
      groups.has(entry.pgid) ||
      groups.has(entry.session) ||
      (parent !== undefined && belongs(parent)) ||
      isMarked(entry.pid, search);
    verdicts.set(entry.pid, verdict);
    return verdict;
  };
  return entries.filter(belongs);
}

function isMarked(pid: number, search: ProcessSearch): boolean {
  if (search.marked === undefined) return false;
  const environment = readEnvironment(pid);
  return environment !== undefined && search.marked(environment);
}

/** Sends a signal to one process, or with a negative number to a group. False when there is none, or it is not ours. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  // kill(0) and kill(-1) would reach ourselves and everyone.
  if (!Number.isInteger(pid) || Math.abs(pid) <= 1) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The same processes, with their start times; those that have just ended are left out. */
export async function identify(entries: readonly ProcessEntry[]): Promise<ReadonlyMap<number, string>> {
  const identities = new Map<number, string>();
  for (const { pid } of entries) {
    const startedAt = await processStartedAt(pid);
    if (startedAt !== undefined) identities.set(pid, startedAt);
  }
  return identities;
}
