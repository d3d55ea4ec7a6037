import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type EjectedFile, type EjectOptions, eject } from '../src/eject/index.ts';
import { type Answers, type Inspection, inspect } from '../src/inspect/index.ts';

const run = promisify(execFile);

/** A program on disk, as eject wrote it. */
export interface EjectedProgram {
  readonly folder: string;
  readonly files: readonly EjectedFile[];
  readonly remove: () => void;
}

/** Writes the program of a plan into a folder of its own, with the packages of this repository. */
export async function ejectPlan(options: EjectOptions): Promise<EjectedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-eject-'));
  const files = await eject(options);
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const manifest = createRequire(import.meta.url).resolve('@pulumi/pulumi/package.json');
  symlinkSync(join(dirname(manifest), '..', '..'), join(folder, 'node_modules'));
  return { folder, files, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Changes the source of a written program. @throws Error when there is nothing to change */
export function rewrite({ folder }: EjectedProgram, file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} holds no ${from}.`);
  writeFileSync(path, after);
}

let runs = 0;

/** Runs the program as it stands under the SDK's mocks. */
export async function inspectProgram(
  { folder }: EjectedProgram,
  settings: {
    readonly project: string;
    readonly stack: string;
    readonly config?: Readonly<Record<string, string>>;
    readonly answers: Answers;
  },
): Promise<Inspection> {
  // A new name for each run: Node keeps modules. In the program's folder, for it reads files beside it.
  runs += 1;
  const outfile = join(folder, `bundle-${runs}.mjs`);
  await build({
    entryPoints: [join(folder, 'index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return inspect(
    async () => ({ ...(await import(/* @vite-ignore */ pathToFileURL(outfile).href)) }),
    settings,
  );
}

/**
 * Type-checks programs as their tsconfig.json, which all have alike, says; what the compiler says, empty when all is well.
 * Several at once, because reading the types of the libraries is what takes the time.
 */
export async function checkTypes(first: EjectedProgram, ...others: EjectedProgram[]): Promise<string> {
  const { folder } = first;
  const settings = readFileSync(join(folder, 'tsconfig.json'), 'utf8');
  for (const other of others)
    if (readFileSync(join(other.folder, 'tsconfig.json'), 'utf8') !== settings)
      return `${other.folder} has another tsconfig.json than ${folder}.`;
  // The settings are written as JSON.
  const { include } = JSON.parse(settings) as { readonly include: readonly string[] };
  const all = [first, ...others].flatMap((each) => include.map((pattern) => join(each.folder, pattern)));
  const project = join(folder, 'tsconfig.all.json');
  writeFileSync(project, JSON.stringify({ extends: './tsconfig.json', include: all }));
  const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  return run(process.execPath, [tsc, '--noEmit', '--project', project], { cwd: folder }).then(
    () => '',
    (error: { readonly stdout?: string; readonly message: string }) => error.stdout || error.message,
  );
}

/** Formats the program as a project with lines of 100 columns would; what would change, empty when nothing. */
export async function checkFormat({ folder, files }: EjectedProgram): Promise<string> {
  const settings = {
    root: true,
    files: { includes: ['**/*.ts'] },
    formatter: { indentStyle: 'space', lineWidth: 100 },
    javascript: { formatter: { quoteStyle: 'single' } },
  };
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(settings));
  const biome = join(folder, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const sources = files.map(({ path }) => path).filter((path) => path.endsWith('.ts'));
  return run(process.execPath, [biome, 'format', ...sources], { cwd: folder }).then(
    () => '',
    (error: { readonly stderr?: string; readonly message: string }) => error.stderr || error.message,
  );
}
