import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toCliError } from '../errors.ts';
import { displayPath } from '../find-definition.ts';
import { plural } from '../render/units.ts';
import { resolveDefinition } from '../resolve-plan.ts';
import { type CheckResult, fail, ok, warn } from './check.ts';

const run = promisify(execFile);
const LITTLE_SPACE_MIB = 1024;

/** Whether the definition loads and resolves. */
export async function checkDefinition(file: string): Promise<CheckResult> {
  const shown = displayPath(file);
  try {
    const { plan, diagnostics } = await resolveDefinition({ config: file });
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
    if (!plan) {
      const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
      return fail(
        'definition',
        `${shown} has ${plural(errors, 'mistake')}`,
        'See them with `breakwater plan`.',
      );
    }
    if (warnings > 0)
      return warn(
        'definition',
        `${shown} resolves with ${plural(warnings, 'warning')}`,
        'See them with `breakwater plan`.',
      );
    return ok('definition', `${shown} resolves: ${plural(Object.keys(plan.services).length, 'service')}`);
  } catch (error) {
    const known = toCliError(error);
    return fail(
      'definition',
      known ? `${known.message}${known.why ? `: ${known.why}` : ''}` : String(error),
      known?.fix ?? 'See it with `breakwater plan`.',
    );
  }
}

/** Whether the engine's folder can be written, and how much space there is. */
export async function checkFolder(directory: string): Promise<CheckResult> {
  const folder = join(directory, '.breakwater');
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, '.gitignore'), '*\n');
    await writeFile(probe, 'probe');
    await rm(probe);
  } catch (error) {
    return fail(
      'folder',
      `${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Make it writable, or free some disk space.',
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const free = Math.round((bavail * bsize) / 1_048_576);
  return free >= LITTLE_SPACE_MIB
    ? ok('folder', `${displayPath(folder)} can be written, ${Math.floor(free / 1024)} GiB free`)
    : warn(
        'folder',
        `Only ${free} MiB are free on the disk of ${displayPath(folder)}`,
        'Free some space: databases and logs grow.',
      );
}

/** Whether an engine runs here, or one has left something behind. */
export async function checkEngine(directory: string): Promise<CheckResult> {
  const { readEngineFile } = await import('@breakwater/local/engine-file');
  const status = await readEngineFile(directory);
  switch (status.state) {
    case 'none':
      return ok('engine', 'No engine runs here');
    case 'running':
      return ok(
        'engine',
        `${status.engine.system} ${status.engine.env} runs (process ${status.engine.pid})${status.engine.url ? ` at ${status.engine.url}` : ''}`,
      );
    case 'stale':
      return warn(
        'engine',
        `An engine (process ${status.engine.pid}) ended without cleaning up`,
        'Nothing to do: the next `breakwater dev` or `start` cleans up.',
      );
  }
}

/** Whether git ignores what the engine keeps. */
export async function checkGit(directory: string): Promise<CheckResult> {
  const git = (...words: readonly string[]) => run('git', ['-C', directory, ...words], { timeout: 10_000 });
  try {
    await git('rev-parse', '--is-inside-work-tree');
  } catch {
    return ok('git', 'The folder is not in a git repository');
  }
  try {
    await git('check-ignore', '-q', '.breakwater/engine.json');
    return ok('git', '.breakwater/ is ignored');
  } catch {
    return warn(
      'git',
      '.breakwater/ is not ignored by git',
      'Add the line .breakwater/ to .gitignore: it holds data, logs and a token.',
    );
  }
}
