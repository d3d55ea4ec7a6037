import { basename, join, resolve } from 'node:path';
import type { ServicePlan } from '@breakwater/plan';
import { EngineError } from '../state/engine-error.ts';
import { type ImageCommand, type ImageStart, readDockerfile } from './dockerfile.ts';
import { binFolders, packageScript, plainWords, readPackageFile, scriptOfRunner } from './package-script.ts';
import { freePort, freePortInShell } from './port-reference.ts';
import type { SourceFiles } from './source-files.ts';

/** How a service runs as a plain process on this machine. */
export interface ResolvedProcess {
  readonly command: string;
  /** `$PORT` and `${PORT}` stand for the task's port, except in a shell's line, where the shell replaces them. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Run before the first start and after each change; null: nothing to build. */
  readonly build: BuildCommand | null;
  /** `ENV` of the Dockerfile: defaults below the definition's `environment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that come before PATH. */
  readonly path: readonly string[];
  readonly stopSignal: NodeJS.Signals;
  /** Where the command was found, for people: `the Dockerfile`. */
  readonly source: string;
  /** What was changed or is to be known, a sentence each. */
  readonly notes: readonly string[];
}

export interface BuildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly path: readonly string[];
}

type Service = Pick<ServicePlan, 'name' | 'image' | 'process' | 'command' | 'port'>;
type Found = Omit<ResolvedProcess, 'build' | 'cwd'>;

const NOTHING = { environment: {}, path: [], stopSignal: 'SIGTERM', notes: [] } as const;

/**
 * Finds out how to start a service without a container: the definition's command, else the Dockerfile's ENTRYPOINT and CMD, else
 * package.json's `start` script or `main`, else Procfile's `web`, else `app.py` or `main.py`.
 * @throws {EngineError} `FOLDER_MISSING`, `NO_START_COMMAND` (it lists what was looked for) or `PACKAGE_JSON_INVALID`.
 */
export async function resolveProcess(
  service: Service,
  definitionDirectory: string,
  files: SourceFiles,
): Promise<ResolvedProcess> {
  const cwd = resolve(definitionDirectory, service.process.directory);
  if (!(await files.exists(cwd))) {
    throw new EngineError(
      'FOLDER_MISSING',
      `The folder of service "${service.name}", ${cwd}, does not exist.`,
      'Create it, or correct the path in the definition.',
    );
  }
  const tried: string[] = [];
  const found =
    fromDefinition(service, cwd) ??
    (await fromDockerfile(service, definitionDirectory, cwd, files, tried)) ??
    (await fromPackage(service, cwd, files, tried)) ??
    (await fromProcfile(cwd, files, tried)) ??
    (await fromPython(cwd, files, tried));
  if (found === undefined) {
    throw new EngineError(
      'NO_START_COMMAND',
      `Nothing says how service "${service.name}" starts. Looked for: ${tried.join('; ')}.`,
      `Give it a command in the definition, for example ['node', 'server.js'], or add a \`start\` script to ${join(cwd, 'package.json')}.`,
    );
  }
  const direct = await withoutRunner(found, service, cwd, files);
  return { ...direct, cwd, build: await findBuild(service, cwd, files) };
}

/** Runs the script itself where the command is only `npm start` or the like. */
async function withoutRunner(
  found: Found,
  service: Service,
  cwd: string,
  files: SourceFiles,
): Promise<Found> {
  const name = scriptOfRunner([found.command, ...found.args]);
  if (name === null) return found;
  const file = await packageFileOf(service, cwd, files);
  const script = file === null ? null : packageScript(file, name, cwd);
  if (script === null) return found;
  const note = `Runs the script \`${name}\` of package.json without ${found.command} in between. On Fargate ${found.command} is there, and does not reliably pass SIGTERM on: start the program itself.`;
  return { ...found, ...script, path: [...found.path, ...script.path], notes: [...found.notes, note] };
}

function fromDefinition(service: Service, cwd: string): Found | undefined {
  const [command, ...args] = service.process.command ?? [];
  if (command === undefined) return undefined;
  return { ...NOTHING, command, args, path: binFolders(cwd), source: 'the definition' };
}

async function fromDockerfile(
  service: Service,
  definitionDirectory: string,
  cwd: string,
  files: SourceFiles,
  tried: string[],
): Promise<Found | undefined> {
  const { image } = service;
  const [path, target, args] =
    image.kind === 'build'
      ? [resolve(definitionDirectory, image.context, image.dockerfile), image.target, image.args]
      : [join(cwd, 'Dockerfile'), null, {}];
  const text = await files.readText(path);
  if (text === null) {
    tried.push(`a Dockerfile (${path} does not exist)`);
    return undefined;
  }
  const start = readDockerfile(text, target, args);
  if (start === null) {
    tried.push(`a Dockerfile (${path} has no stage${target === null ? '' : ` "${target}"`})`);
    return undefined;
  }
  const line = imageLine(start, service.command);
  if (line === undefined) {
    tried.push(`a Dockerfile (${path} has no ENTRYPOINT or CMD of its own)`);
    return undefined;
  }
  return translate(line, start, service, cwd);
}

/** ENTRYPOINT with CMD after it; ECS's `command` takes the place of CMD. A shell-form ENTRYPOINT takes no CMD. */
function imageLine(start: ImageStart, override: readonly string[] | null): ImageCommand | undefined {
  const { entrypoint, shell } = start;
  const command: ImageCommand | null = override === null ? start.command : { form: 'exec', words: override };
  if (entrypoint?.form === 'shell') return entrypoint;
  if (entrypoint === null) return command ?? undefined;
  const rest = command === null ? [] : command.form === 'exec' ? command.words : [...shell, command.line];
  return { form: 'exec', words: [...entrypoint.words, ...rest] };
}

/** From the image's file system and network to this machine's. */
function translate(line: ImageCommand, start: ImageStart, service: Service, cwd: string): Found | undefined {
  const toHere = (text: string): string => mapFolder(text, start.workdir, cwd);
  const environment: Record<string, string> = {};
  const path: string[] = [...binFolders(cwd)];
  for (const [name, value] of Object.entries(start.environment)) {
    if (name !== 'PATH') environment[name] = toHere(value);
    // Folders of the image that are outside its working directory do not exist here.
    else
      path.unshift(
        ...value
          .split(':')
          .map(toHere)
          .filter((folder) => folder.startsWith(cwd)),
      );
  }
  const notes: string[] = [];
  const words =
    line.form === 'exec'
      ? freePort(withoutInit(line.words).map(toHere), service.port)
      : shellWords(start.shell, freePortInShell(toHere(line.line), service.port));
  const given = line.form === 'exec' ? withoutInit(line.words) : shellWords(start.shell, line.line);
  if (words.some((word, index) => word.includes('$PORT') && !given[index]?.includes('$PORT'))) {
    notes.push(
      `Its command names port ${service.port}; here each task gets a port of its own in its place, and listens on loopback only.`,
    );
  }
  if (line.form === 'shell' && plainWords(line.line) === null) {
    notes.push(
      'Its Dockerfile starts it through a shell, which on Fargate does not pass SIGTERM on: the service is killed after the stop timeout. Write CMD as a JSON array.',
    );
  }
  const [command, ...args] = words;
  if (command === undefined) return undefined;
  return {
    command,
    args,
    environment,
    path,
    notes,
    stopSignal: signalOf(start.stopSignal),
    source: 'the Dockerfile',
  };
}

/** A shell's line, or its words where it needs no shell. */
function shellWords(shell: readonly string[], line: string): readonly string[] {
  return plainWords(line) ?? [...shell, line];
}

/** Small init programs have nothing to do outside a container. */
function withoutInit(words: readonly string[]): readonly string[] {
  if (!['tini', 'dumb-init', 'catatonit'].includes(basename(words[0] ?? ''))) return words;
  const end = words.indexOf('--');
  if (end > 0) return words.slice(end + 1);
  const program = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return program < 0 ? words : words.slice(program);
}

/** Replaces the image's working directory, where it begins a path in the text, by the service's folder. */
function mapFolder(text: string, workdir: string | null, cwd: string): string {
  const folder = workdir?.replace(/\/+$/, '') ?? '';
  if (folder === '') return text;
  const escaped = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(
    new RegExp(`(^|[\\s=:"'])${escaped}(?=/|$|[\\s:"'])`, 'g'),
    (_, before: string) => before + cwd,
  );
}

function signalOf(name: string | null): NodeJS.Signals {
  const signals: Readonly<Record<string, NodeJS.Signals>> = {
    INT: 'SIGINT',
    '2': 'SIGINT',
    QUIT: 'SIGQUIT',
    '3': 'SIGQUIT',
    HUP: 'SIGHUP',
    '1': 'SIGHUP',
    USR1: 'SIGUSR1',
    USR2: 'SIGUSR2',
    WINCH: 'SIGWINCH',
    KILL: 'SIGKILL',
    '9': 'SIGKILL',
  };
  return signals[(name ?? '').toUpperCase().replace(/^SIG/, '')] ?? 'SIGTERM';
}

async function fromPackage(
  service: Service,
  cwd: string,
  files: SourceFiles,
  tried: string[],
): Promise<Found | undefined> {
  const file = await packageFileOf(service, cwd, files);
  if (file === null) {
    tried.push(`${join(cwd, 'package.json')} (does not exist)`);
    return undefined;
  }
  const start = packageScript(file, 'start', cwd);
  if (start !== null) return { ...NOTHING, ...start, source: 'package.json, script `start`' };
  const main = file.main ?? 'server.js';
  if (await files.exists(join(cwd, main))) {
    return {
      ...NOTHING,
      command: 'node',
      args: [main],
      path: binFolders(cwd),
      source: `package.json, ${main}`,
    };
  }
  tried.push(
    `package.json's \`start\` script, ${file.main === null ? 'its `main`, server.js' : `its \`main\` (${main} does not exist)`}`,
  );
  return undefined;
}

async function fromProcfile(cwd: string, files: SourceFiles, tried: string[]): Promise<Found | undefined> {
  const line = /^web:\s*(.+)$/m.exec((await files.readText(join(cwd, 'Procfile'))) ?? '')?.[1]?.trim();
  if (line === undefined) {
    tried.push('a Procfile with a `web` line');
    return undefined;
  }
  const [command = '', ...args] = shellWords(['/bin/sh', '-c'], line);
  return {
    ...NOTHING,
    command,
    args,
    path: [join(cwd, '.venv', 'bin'), ...binFolders(cwd)],
    source: 'the Procfile',
  };
}

async function fromPython(cwd: string, files: SourceFiles, tried: string[]): Promise<Found | undefined> {
  for (const name of ['app.py', 'main.py']) {
    if (await files.exists(join(cwd, name))) {
      return {
        ...NOTHING,
        command: 'python3',
        args: [name],
        path: [join(cwd, '.venv', 'bin')],
        source: name,
      };
    }
  }
  tried.push('app.py, main.py');
  return undefined;
}

async function findBuild(service: Service, cwd: string, files: SourceFiles): Promise<BuildCommand | null> {
  if (service.process.build !== null) {
    const [command, ...args] = service.process.build;
    return command === undefined ? null : { command, args, path: binFolders(cwd) };
  }
  const file = await packageFileOf(service, cwd, files);
  return file === null ? null : packageScript(file, 'build', cwd);
}

async function packageFileOf(
  service: Service,
  cwd: string,
  files: SourceFiles,
): ReturnType<typeof readPackageFile> {
  try {
    return await readPackageFile(cwd, files);
  } catch (error) {
    throw new EngineError(
      'PACKAGE_JSON_INVALID',
      `${join(cwd, 'package.json')} of service "${service.name}" is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
      'Correct it.',
      error,
    );
  }
}
