import { DockerfileParser, type Env, type From, type Instruction } from 'dockerfile-ast';

/** A command of a Dockerfile: a list of words, or a line for the shell. */
export type ImageCommand =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly line: string };

/** What a Dockerfile says about how its image starts; what the base image says is not known here. */
export interface ImageStart {
  readonly entrypoint: ImageCommand | null;
  readonly command: ImageCommand | null;
  /** Words before a shell line; `/bin/sh -c` unless `SHELL` says otherwise. */
  readonly shell: readonly string[];
  /** Absolute folder inside the image; null where none is set. */
  readonly workdir: string | null;
  /** `ENV`, variables replaced. `$PATH` stays where the base image's PATH would stand. */
  readonly environment: Readonly<Record<string, string>>;
  /** `STOPSIGNAL`, null for the default. */
  readonly stopSignal: string | null;
}

interface StageState {
  entrypoint: ImageCommand | null;
  command: ImageCommand | null;
  shell: readonly string[];
  workdir: string | null;
  environment: Record<string, string>;
  stopSignal: string | null;
  /** Whether `command` is of this stage, not inherited. */
  ownCommand: boolean;
  /** `ARG`: known while building only. */
  args: Record<string, string>;
}

const EMPTY: StageState = {
  entrypoint: null,
  command: null,
  shell: ['/bin/sh', '-c'],
  workdir: null,
  environment: {},
  stopSignal: null,
  ownCommand: false,
  args: {},
};

/**
 * Reads how the image of a Dockerfile starts. A stage built from an earlier stage inherits from it, as in Docker.
 * @param target the stage by name or number, null for the last.
 * @param buildArgs values for `ARG`, before their defaults.
 * @returns null when there is no such stage.
 */
export function readDockerfile(
  text: string,
  target: string | null,
  buildArgs: Readonly<Record<string, string>>,
): ImageStart | null {
  const stages: { readonly name: string | null; readonly state: StageState }[] = [];
  const globalArgs: Record<string, string> = {};
  const wanted = (name: string | null, index: number): boolean =>
    target !== null && (name?.toLowerCase() === target.toLowerCase() || String(index) === target);

  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const current = stages.at(-1);
    if (instruction.getKeyword() === 'FROM') {
      if (current !== undefined && wanted(current.name, stages.length - 1)) break;
      // The keyword decides the class in dockerfile-ast's parser.
      const from = instruction as From;
      const base = expand(from.getImage() ?? '', globalArgs).toLowerCase();
      const parent = stages.find((stage) => stage.name?.toLowerCase() === base)?.state ?? EMPTY;
      const state = { ...parent, environment: { ...parent.environment }, ownCommand: false, args: {} };
      stages.push({ name: from.getBuildStage(), state });
    } else if (current !== undefined) apply(instruction, current.state, { ...globalArgs, ...buildArgs });
    else if (instruction.getKeyword() === 'ARG') declare(instruction, globalArgs, buildArgs);
  }
  const last = stages.at(-1);
  if (last === undefined || (target !== null && !wanted(last.name, stages.length - 1))) return null;
  const { entrypoint, command, shell, workdir, environment, stopSignal } = last.state;
  return { entrypoint, command, shell, workdir, environment, stopSignal };
}

function apply(
  instruction: Instruction,
  state: StageState,
  outerArgs: Readonly<Record<string, string>>,
): void {
  const content = instruction.getArgumentsContent()?.trim() ?? '';
  const known = { PATH: '$PATH', ...state.args, ...state.environment };
  switch (instruction.getKeyword()) {
    case 'CMD':
      state.command = parseCommand(content);
      state.ownCommand = true;
      return;
    case 'ENTRYPOINT':
      state.entrypoint = parseCommand(content);
      // Docker: it resets the CMD that came with the base image, but not one of the same stage.
      if (!state.ownCommand) state.command = null;
      return;
    case 'SHELL': {
      const words = parseCommand(content);
      if (words?.form === 'exec') state.shell = words.words;
      return;
    }
    case 'WORKDIR': {
      const folder = expand(unquote(content), known);
      state.workdir = folder.startsWith('/') ? folder : joinImagePath(state.workdir ?? '/', folder);
      return;
    }
    case 'STOPSIGNAL':
      state.stopSignal = expand(content, known);
      return;
    case 'ARG':
      declare(instruction, state.args, outerArgs);
      return;
    case 'ENV':
      // The keyword decides the class in dockerfile-ast's parser. All variables of one ENV see the values before it.
      for (const property of (instruction as Env).getProperties()) {
        state.environment[property.getName()] = expand(property.getValue() ?? '', known);
      }
      return;
    default:
  }
}

function declare(
  instruction: Instruction,
  args: Record<string, string>,
  given: Readonly<Record<string, string>>,
): void {
  for (const word of instruction.getArguments()) {
    const [name = '', ...value] = word.getValue().split('=');
    args[name] = given[name] ?? expand(unquote(value.join('=')), args);
  }
}

/** Exec form is a valid JSON array of strings; everything else is a shell line. Source: https://docs.docker.com/reference/dockerfile/#shell-and-exec-form */
function parseCommand(content: string): ImageCommand | null {
  if (content === '') return null;
  if (content.startsWith('[')) {
    try {
      const words: unknown = JSON.parse(content);
      if (Array.isArray(words) && words.every((word) => typeof word === 'string')) {
        return words.length === 0 ? null : { form: 'exec', words };
      }
    } catch {
      // Docker takes it for a shell line then, and so do we.
    }
  }
  return { form: 'shell', line: content };
}

/** `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}`; an unknown name is empty. */
function expand(text: string, known: Readonly<Record<string, string>>): string {
  const pattern = /\\\$|\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g;
  return text.replace(
    pattern,
    (all, plain?: string, braced?: string, operator?: string, word: string = '') => {
      if (all === '\\$') return '$';
      const value = known[plain ?? braced ?? ''] ?? '';
      if (operator === '-') return value === '' ? word : value;
      if (operator === '+') return value === '' ? '' : word;
      return value;
    },
  );
}

function unquote(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? /^'(.*)'$/s.exec(text)?.[1] ?? text;
}

function joinImagePath(base: string, relative: string): string {
  return `${base.replace(/\/+$/, '')}/${relative.replace(/^\.\//, '').replace(/\/+$/, '')}`;
}
