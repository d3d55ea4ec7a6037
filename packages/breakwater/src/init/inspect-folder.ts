import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError } from '../errors.ts';
import { type DockerfileFacts, readDockerfile } from './dockerfile.ts';
import { DEPENDENCY_FILES, FRAMEWORK_PORTS } from './frameworks.ts';
import { type Found, matchPort, scanSource } from './scan-source.ts';

/** What is known about a service from its folder. */
export interface ServiceFacts {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly folder: string;
  readonly hasDockerfile: boolean;
  readonly port: Found<number>;
  /** Program and arguments for the definition; null where the engine finds them itself. */
  readonly command: Found<readonly string[]> | null;
  /** Where the command comes from when the engine finds it; null when nobody knows it. */
  readonly commandFrom: string | null;
  readonly healthPath: Found<string> | null;
  /** Where PORT is read; null: the service may listen on a fixed port. */
  readonly readsPort: string | null;
}

interface PackageFacts {
  readonly name: string | null;
  readonly start: string | null;
  readonly main: string | null;
  readonly dependencies: readonly string[];
}

const DEFAULT_PORT = 8080;
const ENTRY_FILES = [
  'server.js',
  'server.mjs',
  'index.js',
  'index.mjs',
  'app.js',
  'app.mjs',
  'main.js',
  'src/server.js',
  'src/index.js',
  'src/app.js',
  'src/main.js',
];

/** What the folder tells about a service in it; null when it has neither Dockerfile nor package.json. */
export function inspectFolder(folder: string): ServiceFacts | null {
  const dockerfile = readIfThere(join(folder, 'Dockerfile'));
  const manifest = readIfThere(join(folder, 'package.json'));
  if (dockerfile === null && manifest === null) return null;
  const docker = dockerfile === null ? null : readDockerfile(dockerfile);
  const facts = manifest === null ? null : readPackage(manifest, folder);
  const source = scanSource(folder);
  const command = docker?.hasCommand || facts?.start ? null : findEntry(folder, facts);
  return {
    name: toName(facts?.name ?? basename(folder)),
    folder,
    hasDockerfile: docker !== null,
    port: choosePort(docker, facts, source.port, folder),
    command,
    commandFrom: docker?.hasCommand
      ? 'Dockerfile'
      : facts?.start
        ? 'the start script in package.json'
        : (command?.from ?? null),
    healthPath: source.healthPath,
    readsPort:
      source.readsPort ?? (/\bPORT\b/.test(`${docker?.command} ${facts?.start}`) ? 'the command' : null),
  };
}

function choosePort(
  docker: DockerfileFacts | null,
  facts: PackageFacts | null,
  source: Found<number> | null,
  folder: string,
): Found<number> {
  if (docker?.port) return { value: docker.port, from: 'Dockerfile' };
  for (const [text, from] of [
    [docker?.command, "the Dockerfile's command"],
    [facts?.start, 'the start script'],
  ] as const) {
    const named = matchPort(text ?? '') ?? shortOption(text ?? '');
    if (named) return { value: named.value, from };
  }
  if (source) return source;
  const listed = [...(facts?.dependencies ?? []), ...listedDependencies(folder)];
  for (const [dependency, name, port] of FRAMEWORK_PORTS) {
    if (listed.includes(dependency)) return { value: port, from: `${name}'s default` };
  }
  return { value: DEFAULT_PORT, from: 'a guess: nothing in the folder names one' };
}

function shortOption(text: string): { readonly value: number } | null {
  const value = Number(/\s(?:-p|-b)[ =]?(?:[\w.]+:)?(\d{2,5})\b/.exec(text)?.[1]);
  return value >= 80 && value <= 65_535 ? { value } : null;
}

function listedDependencies(folder: string): readonly string[] {
  const text = DEPENDENCY_FILES.map((file) => readIfThere(join(folder, file)) ?? '')
    .join('\n')
    .toLowerCase();
  return FRAMEWORK_PORTS.map(([dependency]) => dependency).filter((dependency) =>
    new RegExp(`(^|[\\s"'/:<>])${dependency.replace(/[/-]/g, '\\$&')}($|[\\s"'=<>~!\\[:,;@-])`, 'm').test(
      text,
    ),
  );
}

function findEntry(folder: string, facts: PackageFacts | null): Found<readonly string[]> | null {
  if (facts === null) return null;
  const named = facts.main !== null && existsSync(join(folder, facts.main)) ? facts.main : null;
  const entry = named ?? ENTRY_FILES.find((file) => existsSync(join(folder, file)));
  return entry === undefined
    ? null
    : { value: ['node', entry], from: named ? 'main in package.json' : entry };
}

function readPackage(text: string, folder: string): PackageFacts {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${join(folder, 'package.json')} cannot be read`, {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Correct it and run `breakwater init` again.',
    });
  }
  const field = (from: unknown, name: string): unknown =>
    typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
  const asText = (value: unknown): string | null =>
    typeof value === 'string' && value !== '' ? value : null;
  const dependencies = field(manifest, 'dependencies');
  return {
    name: asText(field(manifest, 'name')),
    start: asText(field(field(manifest, 'scripts'), 'start')),
    main: asText(field(manifest, 'main')),
    dependencies: typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [],
  };
}

/** A name for services and systems from any text: `@acme/Web_Shop` becomes `web-shop`. */
export function toName(text: string): string {
  const name = text
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 20)
    .replace(/-+$/, '');
  return name === '' ? 'app' : name;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
