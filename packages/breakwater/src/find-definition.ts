import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** File names of a definition, in the order in which they are looked for. */
export const DEFINITION_NAMES = [
  'breakwater.config.ts',
  'breakwater.config.mts',
  'breakwater.config.js',
  'breakwater.config.mjs',
] as const;

/** Where a definition is. */
export interface DefinitionPlace {
  /** Absolute path of the file. */
  readonly file: string;
  /** Its folder: relative paths in the definition start here, and `.breakwater/` lies here. */
  readonly directory: string;
}

/** The definition in `from` or the nearest folder above it; null where there is none. */
export function tryFindDefinition(from: string): DefinitionPlace | null {
  const { root } = parse(resolve(from));
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    for (const name of DEFINITION_NAMES) {
      const file = join(directory, name);
      if (existsSync(file) && statSync(file).isFile()) return { file, directory };
    }
    if (directory === root) return null;
  }
}

/**
 * The definition that a command is about: the file that `--config` names (or the one in the folder that it names),
 * else the nearest.
 * @throws CliError (usage for a wrong `--config`) when there is none.
 */
export function findDefinition(from: string, config: string | undefined): DefinitionPlace {
  if (config !== undefined) {
    const path = resolve(from, config);
    if (!existsSync(path)) {
      throw new CliError(`There is no file ${path}`, {
        why: '--config must name a definition',
        fix: 'Give the path of a breakwater.config.ts, or leave --config out to use the nearest one.',
        exitCode: EXIT.usage,
      });
    }
    if (!statSync(path).isDirectory()) return { file: path, directory: dirname(path) };
    const name = DEFINITION_NAMES.find((candidate) => existsSync(join(path, candidate)));
    if (name !== undefined) return { file: join(path, name), directory: path };
    throw new CliError(`There is no ${DEFINITION_NAMES[0]} in ${path}`, {
      fix: 'Name the file itself with --config FILE.',
      exitCode: EXIT.usage,
    });
  }
  const found = tryFindDefinition(from);
  if (found) return found;
  throw new CliError(`There is no ${DEFINITION_NAMES[0]} in ${resolve(from)} or above`, {
    fix: 'Write a first one with `breakwater init`, or name one with --config FILE.',
  });
}

/** The file's path as people write it: relative when it is below the current folder. */
export function displayPath(file: string, from: string = process.cwd()): string {
  const prefix = from.endsWith('/') ? from : `${from}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : file === from ? basename(file) : file;
}
