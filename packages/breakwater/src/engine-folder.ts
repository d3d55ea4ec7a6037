import { existsSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import type { EngineFile } from '@breakwater/protocol';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { displayPath, findDefinition, tryFindDefinition } from './find-definition.ts';
import { readRunningEngine } from './running-engine.ts';

/** Options of every command that talks to a running engine. */
export interface EngineCommandOptions {
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

/** The folder whose engine is meant: the definition's, or the nearest with `.breakwater/engine.json`; null for none. */
export function findEngineFolder(from: string, config: string | undefined): string | null {
  if (config !== undefined) return findDefinition(from, config).directory;
  const found = tryFindDefinition(from);
  if (found) return found.directory;
  const { root } = parse(resolve(from));
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.breakwater', 'engine.json'))) return directory;
    if (directory === root) return null;
  }
}

/**
 * The engine of this folder.
 * @throws CliError (exit 7) when none runs, (exit 1) when it runs another environment than `--env` names.
 */
export async function findEngine(
  options: EngineCommandOptions,
  from: string = process.cwd(),
): Promise<EngineFile> {
  const directory = findEngineFolder(from, options.config);
  const file = directory === null ? null : await readRunningEngine(directory);
  if (!file) throw notRunning(directory, from);
  if (options.env !== undefined && options.env !== file.env) {
    throw new CliError(`The engine here runs the environment ${file.env}`, {
      why: `--env asks for ${options.env}`,
      fix: `Leave --env out, or stop it with \`breakwater stop\` and start ${options.env}.`,
    });
  }
  return file;
}

/** The error for a folder without a running engine. */
export function notRunning(directory: string | null, from: string = process.cwd()): CliError {
  return new CliError(
    directory === null || directory === from
      ? 'No engine runs in this folder'
      : `No engine runs in ${displayPath(directory, from)}`,
    {
      fix:
        directory === null
          ? 'Go to the folder with your breakwater.config.ts, or name it with --config; then start it with `breakwater start`.'
          : 'Start it with `breakwater start`, or with `breakwater dev` to watch it here.',
      exitCode: EXIT.notRunning,
    },
  );
}
