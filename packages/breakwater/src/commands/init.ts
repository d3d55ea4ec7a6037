import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { DEFINITION_NAMES, displayPath } from '../find-definition.ts';
import { inspectFolder, type ServiceFacts, toName } from '../init/inspect-folder.ts';
import { writeDefinition } from '../init/write-definition.ts';
import { listWords } from '../render/units.ts';
import { formatFindings, resolveDefinition } from '../resolve-plan.ts';
import { errStyle, note, print, printJson } from '../terminal.ts';

/** Options of `breakwater init`. */
export interface InitOptions {
  readonly json?: boolean;
}

const SKIPPED = new Set(['node_modules', 'dist', 'build', 'test', 'tests', 'docs', 'coverage', 'scripts']);

/** `breakwater init [folder]`: writes a first definition for what lies in the folder. Never overwrites one. */
export async function init(given: string | undefined, options: InitOptions): Promise<void> {
  const folder = resolve(given ?? '.');
  refuseExisting(folder);
  const services = inspect(folder);
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const source = writeDefinition(
    toName(services.length === 1 ? (services[0]?.name ?? basename(folder)) : basename(folder)),
    AWS_REGION || AWS_DEFAULT_REGION || 'us-east-1',
    services.map((facts) => ({ facts, image: imagePath(folder, facts.folder) })),
  );
  const file = join(folder, DEFINITION_NAMES[0]);
  writeFileSync(file, source, { flag: 'wx' });
  if (options.json) printJson({ file, services });
  else print(displayPath(file));
  for (const facts of services) explainService(facts);
  const { plan, diagnostics } = await resolveDefinition({ config: file });
  if (!plan) note(`\n${await formatFindings(diagnostics)}`);
  const inside = displayPath(folder);
  const go = folder === process.cwd() ? '' : `cd ${inside} && `;
  note(
    [
      '',
      `${errStyle.green('✓')} Written. Next:`,
      `  ${errStyle.bold(`${go}npm install --save-dev breakwater`)}   so that your editor knows the definition's types`,
      `  ${errStyle.bold(`${go}npx breakwater dev`)}                  to run it here`,
    ].join('\n'),
  );
}

function refuseExisting(folder: string): void {
  if (!existsSync(folder))
    throw new CliError(`There is no folder ${folder}`, { fix: 'Name one that exists.' });
  const existing = DEFINITION_NAMES.find((name) => existsSync(join(folder, name)));
  if (existing === undefined) return;
  throw new CliError(`${displayPath(join(folder, existing))} is there already`, {
    why: 'init never overwrites a definition',
    fix: 'Change it in your editor, and run it with `breakwater dev`.',
  });
}

/** The service in the folder, or those in the folders right below it. */
function inspect(folder: string): readonly ServiceFacts[] {
  const own = inspectFolder(folder);
  if (own?.hasDockerfile || own?.commandFrom) return [own];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
    .map((entry) => inspectFolder(join(folder, entry.name)))
    .filter((facts) => facts !== null)
    .filter((facts) => facts.hasDockerfile || facts.commandFrom !== null)
    .map((facts) => ({ ...facts, name: toName(basename(facts.folder)) }));
  if (below.length > 0) return below;
  if (own) {
    throw new CliError('package.json does not say how the service starts', {
      why: 'it has no start script and no main, and there is no server.js or index.js',
      fix: 'Add a start script to package.json, or a Dockerfile, and run `breakwater init` again.',
    });
  }
  throw new CliError(`There is neither a Dockerfile nor a package.json in ${folder}`, {
    why: 'init starts from one of them',
    fix: 'Go to the folder of your service. For a program in another language write a Dockerfile first:\nFROM, COPY, EXPOSE with its port and CMD with how it starts are enough.',
  });
}

function imagePath(from: string, folder: string): string {
  const path = relative(from, folder);
  return path === '' ? '.' : `./${path}`;
}

function explainService(facts: ServiceFacts): void {
  const found = [
    `port ${facts.port.value} (${facts.port.from})`,
    facts.commandFrom === null ? null : `start command (${facts.commandFrom})`,
    facts.healthPath === null ? null : `health check ${facts.healthPath.value} (${facts.healthPath.from})`,
  ].filter((text) => text !== null);
  note(`  ${errStyle.bold(facts.name)}: found ${listWords(found)}.`);
  const warn = (text: string): void => note(`  ${errStyle.yellow('warning')} ${text}`);
  if (facts.commandFrom === null) {
    warn(
      'The Dockerfile has no CMD: the base image starts something. To run it here add process: { command: […] }.',
    );
  }
  if (facts.readsPort === null) {
    warn(
      `Nothing here reads the environment variable PORT. Here each task gets a port of its own in PORT: let the service listen on it, with ${facts.port.value} as the default.`,
    );
  }
  if (facts.healthPath === null)
    warn('No health path was found: / is asked instead, and any answer from 200 to 399 counts.');
}
