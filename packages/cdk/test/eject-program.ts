import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '@breakwater/plan';
import { build } from 'esbuild';
import { type EjectedFile, eject } from '../src/eject/index.ts';
import { type SynthesizeProps, synthesize } from '../src/index.ts';

const run = promisify(execFile);

/** A system's assembly, the program ejected from it, and both folders. */
export interface EjectedProgram {
  /** Folder of Breakwater's own cloud assembly. */
  readonly assembly: string;
  /** Folder of the program. */
  readonly folder: string;
  readonly files: readonly EjectedFile[];
  readonly remove: () => void;
}

/** Synthesises a plan and writes the program that eject makes of it. */
export async function ejectPlan(
  plan: Plan,
  props: Pick<SynthesizeProps, 'created' | 'transform'> = {},
): Promise<EjectedProgram> {
  const root = mkdtempSync(join(tmpdir(), 'breakwater-eject-'));
  const assembly = join(root, 'breakwater');
  const folder = join(root, 'program');
  synthesize({ plan, outdir: assembly, ...props });
  const files = await eject({ assembly, plan });
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const modules = join(dirname(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json')), '..');
  symlinkSync(modules, join(folder, 'node_modules'));
  return { assembly, folder, files, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs the program as the cdk command line does, in a process of its own; the folder that it wrote. */
export async function synthesizeProgram({ folder }: EjectedProgram, system: string): Promise<string> {
  const outdir = join(folder, 'cdk.out');
  const program = join(folder, 'bin', `${system}.mjs`);
  await build({
    entryPoints: [join(folder, 'bin', `${system}.ts`)],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
  });
  // cdk.json is the program's own.
  const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { context: object };
  await run(process.execPath, [program], {
    cwd: folder,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  return outdir;
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
export async function checkFormat({ folder }: EjectedProgram): Promise<string> {
  const settings = {
    root: true,
    files: { includes: ['bin/*.ts', 'lib/**'] },
    formatter: { indentStyle: 'space', lineWidth: 100 },
    javascript: { formatter: { quoteStyle: 'single' } },
  };
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(settings));
  const biome = join(folder, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  return run(process.execPath, [biome, 'format', 'bin', 'lib'], { cwd: folder }).then(
    () => '',
    (error: { readonly stderr?: string; readonly message: string }) => error.stderr || error.message,
  );
}
