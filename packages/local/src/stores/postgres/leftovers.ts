import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { STORE_VARIABLE } from '../../processes/marker.ts';
import { readEnvironment } from '../../processes/process-table.ts';
import { EngineError } from '../../state/engine-error.ts';

const run = promisify(execFile);

/**
 * Every process of a PostgreSQL server on this data directory: postmaster and backends. Backends are leaders of their
 * own sessions, so a signal to the postmaster's group does not reach them.
 */
export async function findServerProcesses(dataDirectory: string): Promise<readonly number[]> {
  const directory = await realpath(dataDirectory).catch(() => dataDirectory);
  return platform() === 'linux' ? findByWorkingDirectory(directory) : findByPostmaster(directory);
}

/** On Linux: PostgreSQL's processes have the data directory as working directory. */
async function findByWorkingDirectory(directory: string): Promise<readonly number[]> {
  const entries = await readdir('/proc');
  const found = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (entry) => {
        const cwd = await readlink(join('/proc', entry, 'cwd')).catch(() => null);
        if (cwd !== directory) return null;
        const executable = await readlink(join('/proc', entry, 'exe')).catch(() => '');
        return basename(executable).startsWith('postgres') ? Number(entry) : null;
      }),
  );
  return found.filter((pid) => pid !== null);
}

/** Elsewhere: the process that postmaster.pid names, if it is a PostgreSQL server, and its children. */
async function findByPostmaster(directory: string): Promise<readonly number[]> {
  const pid = await readPostmasterPid(directory);
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (own === undefined || command === undefined || !command.includes('postgres')) return [];
    return command.includes(directory) || Number(own) === pid || Number(parent) === pid ? [Number(own)] : [];
  });
}

/** The process id in postmaster.pid; null without such a file. */
export async function readPostmasterPid(dataDirectory: string): Promise<number | null> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** SIGKILL to every process of the server, until none is left; the data is as after a power cut. */
export async function killServerProcesses(dataDirectory: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const pids = await findServerProcesses(dataDirectory);
    if (pids.length === 0) return;
    for (const pid of pids) signal(pid, 'SIGKILL');
    await sleep(attempt < 10 ? 2 : 25);
  }
}

/**
 * Ends what a killed engine left running on the data directory, and removes the stale postmaster.pid, whose number may
 * be another process's by now. Throws {@link EngineError} `CONFLICT` for a server that no engine started.
 */
export async function clearLeftovers(dataDirectory: string): Promise<void> {
  const running = await findServerProcesses(dataDirectory);
  const postmaster = await readPostmasterPid(dataDirectory);
  // Only the postmaster keeps its environment: backends write their titles over it. Undefined where it cannot be read.
  if (postmaster !== null && running.includes(postmaster)) {
    if (readEnvironment(postmaster)?.has(STORE_VARIABLE) === false) {
      throw new EngineError(
        'CONFLICT',
        `A PostgreSQL server (process ${postmaster}) that was not started by Breakwater runs on ${dataDirectory}.`,
        'Stop that server first.',
      );
    }
  }
  await killServerProcesses(dataDirectory);
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true });
}

/** Sends a signal; a process that is gone already is no mistake. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
