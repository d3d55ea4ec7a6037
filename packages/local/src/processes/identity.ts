import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** See {@link processStartedAt}. */
  readonly startedAt: string;
}

/** Fields of `/proc/<pid>/stat`. Times are in clock ticks, of which Linux has 100 a second for every program. */
export interface ProcessStat {
  readonly pid: number;
  /** `Z` is a zombie: ended, not yet collected by its parent. */
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
  /** User and system time of the process. */
  readonly ownTicks: number;
  /** User and system time of its children that have ended. */
  readonly childTicks: number;
  readonly startTicks: string;
  readonly residentPages: number;
}

/**
 * Reads a line of `/proc/<pid>/stat`; undefined when it is not one. The command's name, in parentheses, may itself hold
 * spaces and parentheses, so fields are counted from the last one.
 * Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // fields[n] is field n + 3 of the manual page.
  const at = (field: number): string => fields[field - 3] ?? '';
  if (!Number.isInteger(pid) || fields.length < 22) return undefined;
  return {
    pid,
    state: at(3),
    ppid: Number(at(4)),
    pgid: Number(at(5)),
    session: Number(at(6)),
    ownTicks: Number(at(14)) + Number(at(15)),
    childTicks: Number(at(16)) + Number(at(17)),
    startTicks: at(22),
    residentPages: Number(at(24)),
  };
}

/** The process's `/proc` entry; undefined where there is none, or no `/proc`. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // It has ended, or this system has no /proc.
    return undefined;
  }
}

let boot: string | undefined;

/** Tells a start time of this boot from the same number of ticks after another. */
function bootId(): string {
  try {
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  } catch {
    // Some sandboxes hide it; the ticks alone must do.
    boot = 'unknown';
  }
  return boot;
}

/**
 * When the process started, by the kernel's clock, as text that is only compared: `<boot>:<ticks>` on Linux, `ps`'s `lstart`
 * elsewhere. Undefined when no such process runs; a zombie does not run.
 */
export async function processStartedAt(pid: number): Promise<string | undefined> {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    const stat = readProcessStat(pid);
    return stat === undefined || stat.state === 'Z' || stat.state === 'X'
      ? undefined
      : `${bootId()}:${stat.startTicks}`;
  }
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    const [state = 'Z', ...rest] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') || rest.length === 0 ? undefined : rest.join(' ');
  } catch {
    // ps answers 1 for a process that is not there.
    return undefined;
  }
}

/** Whether that very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartedAt(identity.pid)) === identity.startedAt;
}
