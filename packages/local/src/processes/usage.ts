import { execFile } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { type ProcessStat, parseProcessStat } from './identity.ts';

const run = promisify(execFile);

/** What the processes of a group have used and hold. */
export interface Usage {
  /** When it was measured, milliseconds of `performance.now()`. */
  readonly atMs: number;
  /** CPU time since the group was first seen, user and system, all cores added up. Never falls. */
  readonly cpuSeconds: number;
  /** Resident memory of all its processes. Pages that they share count for each of them, so for servers that fork it is an upper bound. */
  readonly rssBytes: number;
  readonly processes: number;
}

/** Measures groups of processes. */
export interface UsageSampler {
  /**
   * One look at every group: id to the process group's number. A group without processes is left out of the answer. Meant to be
   * called once a second with all groups at once; do not call it again before it has answered.
   */
  sample(groups: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Usage>>;
}

/**
 * Percent of its CPU units that a task used between two measurements, 0 to 100. 1024 units are one core. This machine does not
 * hold a task back as Fargate does, so it may take more than its share: that counts as 100.
 */
export function cpuPercent(previous: Usage, next: Usage, cpuUnits: number): number {
  const seconds = (next.atMs - previous.atMs) / 1000;
  if (seconds <= 0 || cpuUnits <= 0) return 0;
  const cores = (next.cpuSeconds - previous.cpuSeconds) / seconds;
  return Math.min(100, Math.max(0, (cores / (cpuUnits / 1024)) * 100));
}

/** A sampler for this system: /proc on Linux, one `ps` a sample elsewhere. */
export function createUsageSampler(): UsageSampler {
  const total = createCpuTotals();
  const read = process.platform === 'linux' ? createProcReader() : readByPs;
  return {
    async sample(groups) {
      const measured = await read(groups);
      const atMs = performance.now();
      const answer = new Map<string, Usage>();
      for (const [id, { ticks, rssBytes, processes }] of measured) {
        answer.set(id, {
          atMs,
          cpuSeconds: total(id, groups.get(id) ?? 0, ticks) / 100,
          rssBytes,
          processes,
        });
      }
      for (const id of groups.keys()) if (!measured.has(id)) total.forget(id);
      total.keepOnly(groups);
      return answer;
    },
  };
}

interface Measured {
  ticks: number;
  rssBytes: number;
  processes: number;
}

interface CpuTotals {
  (id: string, pgid: number, ticks: number): number;
  forget(id: string): void;
  keepOnly(groups: ReadonlyMap<string, number>): void;
}

/**
 * Adds up the growth from sample to sample. The sum over the living can fall: a process whose parent has ended is collected by
 * init, and takes its time along. Then that one interval counts as none.
 */
function createCpuTotals(): CpuTotals {
  const known = new Map<string, { pgid: number; sum: number; total: number }>();
  const add = (id: string, pgid: number, ticks: number): number => {
    const before = known.get(id);
    const same = before !== undefined && before.pgid === pgid;
    const total = same ? before.total + Math.max(0, ticks - before.sum) : ticks;
    known.set(id, { pgid, sum: ticks, total });
    return total;
  };
  return Object.assign(add, {
    forget: (id: string) => void known.delete(id),
    keepOnly: (groups: ReadonlyMap<string, number>) => {
      for (const id of known.keys()) if (!groups.has(id)) known.delete(id);
    },
  });
}

/** Every so many samples all processes are looked at afresh, for a number may go to another process and a process may change its group. */
const REFRESH_EVERY = 30;

/**
 * One pass through /proc: the list of numbers, and `stat` of those that belong to a group or have not been seen. Belongs: in the
 * group, in its session, or child of one that belongs (PostgreSQL's backends have sessions of their own).
 */
function createProcReader(): (groups: ReadonlyMap<string, number>) => ReadonlyMap<string, Measured> {
  const pageBytes = pageSize();
  const buffer = Buffer.allocUnsafe(4096);
  let owners = new Map<string, string | null>();
  let key = '';
  let samples = 0;

  const stat = (pid: string): ProcessStat | undefined => {
    try {
      const file = openSync(`/proc/${pid}/stat`, 'r');
      try {
        return parseProcessStat(buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)));
      } finally {
        closeSync(file);
      }
    } catch {
      // Ended since the list was read.
      return undefined;
    }
  };

  return (groups) => {
    const byGroup = new Map([...groups].map(([id, pgid]) => [pgid, id]));
    const newKey = [...groups].join();
    samples += 1;
    const fresh = newKey !== key || samples % REFRESH_EVERY === 0;
    key = newKey;

    const next = new Map<string, string | null>();
    const measured = new Map<string, Measured>();
    // In ascending order, so that parents come before most of their children; the few others follow one sample later.
    const pids = readdirSync('/proc').filter((name) => name >= '1' && name <= '99999999');
    pids.sort((a, b) => Number(a) - Number(b));
    for (const pid of pids) {
      const known = fresh ? undefined : owners.get(pid);
      if (known === null) {
        next.set(pid, null);
        continue;
      }
      const one = stat(pid);
      if (one === undefined) continue;
      const owner =
        known ??
        byGroup.get(one.pgid) ??
        byGroup.get(one.session) ??
        next.get(String(one.ppid)) ??
        owners.get(pid) ??
        null;
      next.set(pid, owner !== null && groups.has(owner) ? owner : null);
      if (owner === null || !groups.has(owner)) continue;
      const sum = measured.get(owner) ?? { ticks: 0, rssBytes: 0, processes: 0 };
      // The time of ended children moves to their parent when it collects them: own and children's together miss none.
      sum.ticks += one.ownTicks + one.childTicks;
      sum.rssBytes += one.residentPages * pageBytes;
      if (one.state !== 'Z') sum.processes += 1;
      measured.set(owner, sum);
    }
    owners = next;
    return measured;
  };
}

/** Bytes of a memory page, from what the kernel told this process at its start: entry 6 of the auxiliary vector (AT_PAGESZ). */
function pageSize(): number {
  try {
    const vector = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8));
    }
  } catch {
    // Not readable in some sandboxes.
  }
  return 4096;
}

async function readByPs(groups: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Measured>> {
  const byGroup = new Map([...groups].map(([id, pgid]) => [pgid, id]));
  const { stdout } = await run('ps', ['-axo', 'pgid=,time=,rss='], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    maxBuffer: 16 * 1024 * 1024,
  });
  const measured = new Map<string, Measured>();
  for (const line of stdout.split('\n')) {
    const [pgid, time = '', rss] = line.trim().split(/\s+/);
    const id = byGroup.get(Number(pgid));
    if (id === undefined) continue;
    const sum = measured.get(id) ?? { ticks: 0, rssBytes: 0, processes: 0 };
    sum.ticks += parsePsTime(time) * 100;
    sum.rssBytes += Number(rss) * 1024;
    sum.processes += 1;
    measured.set(id, sum);
  }
  return measured;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`, as `ps` writes CPU time, in seconds. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text];
  let seconds = 0;
  for (const part of (clock ?? '').split(':')) seconds = seconds * 60 + Number(part);
  return Number(days) * 86_400 + seconds;
}
