import { dirname, join } from 'node:path';
import type { SourceFiles } from './source-files.ts';

/** A command as a list of words, and the folders of programs that come before PATH. */
export interface PlainCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly path: readonly string[];
}

/** The parts of a package.json that say how it starts. */
export interface PackageFile {
  readonly scripts: Readonly<Record<string, string>>;
  readonly main: string | null;
}

/** Reads a package.json; null where there is none. One that is not valid JSON is an error of the caller's to report. */
export async function readPackageFile(directory: string, files: SourceFiles): Promise<PackageFile | null> {
  const text = await files.readText(join(directory, 'package.json'));
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const scripts: Record<string, string> = {};
  const given: unknown = Reflect.get(value, 'scripts');
  if (typeof given === 'object' && given !== null) {
    for (const [name, script] of Object.entries(given))
      if (typeof script === 'string') scripts[name] = script;
  }
  const main: unknown = Reflect.get(value, 'main');
  return { scripts, main: typeof main === 'string' ? main : null };
}

/**
 * What `npm run <name>` would run, without npm: as PID 1 of a container npm passes no signal on in time, and here it would cost
 * a process and a third of a second for each task. A script of plain words is run as it is; anything else by `/bin/sh -c`, as npm
 * does. Its `pre` script comes first; a `post` script of a server never runs and is left out.
 */
export function packageScript(file: PackageFile, name: string, directory: string): PlainCommand | null {
  const script = file.scripts[name];
  if (script === undefined || script.trim() === '') return null;
  const path = binFolders(directory);
  const before = file.scripts[`pre${name}`];
  const after = name === 'build' ? file.scripts[`post${name}`] : undefined;
  const whole = [before, script, after].filter((part) => part !== undefined).join(' && ');
  const words = plainWords(whole);
  const [command, ...args] = words ?? ['/bin/sh', '-c', whole];
  return command === undefined ? null : { command, args, path };
}

/** The script that `npm start`, `npm run serve`, `yarn serve` or the like would run; null for any other command. */
export function scriptOfRunner(words: readonly string[]): string | null {
  const [runner = '', first, second, ...rest] = words;
  if (!['npm', 'yarn', 'pnpm'].includes(runner) || first === undefined || rest.length > 0) return null;
  if (first === 'run' || first === 'run-script') return second ?? null;
  if (second !== undefined || first.startsWith('-')) return null;
  return runner === 'npm' && !['start', 'test'].includes(first) ? null : first;
}

/** The words of a command that needs no shell; null where quotes, variables, operators or patterns need one. */
export function plainWords(line: string): readonly string[] | null {
  const words = line.trim().split(/\s+/);
  if (!words.every((word) => /^[\w@%+:,./=-]+$/.test(word))) return null;
  // An assignment before the command, or a word that only a shell knows.
  const first = words[0] ?? '';
  return first.includes('=') || BUILTINS.has(first) ? null : words;
}

const BUILTINS = new Set([
  'cd',
  'exec',
  'export',
  'set',
  'source',
  '.',
  'eval',
  'trap',
  'ulimit',
  'umask',
  'if',
  'for',
  'while',
  'until',
  'case',
  'time',
  ':',
]);

/** `node_modules/.bin` of the folder and of all above it, as npm puts them on PATH: workspaces keep theirs at the top. */
export function binFolders(directory: string): readonly string[] {
  const folders: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    folders.push(join(at, 'node_modules', '.bin'));
    if (dirname(at) === at) return folders;
  }
}
