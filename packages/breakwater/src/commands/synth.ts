import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { namedAccount, withoutLookups } from '../account.ts';
import { loadCdkCustomization } from '../cdk-customization.ts';
import { CliError } from '../errors.ts';
import { loadCdk } from '../optional-packages.ts';
import type { Target } from '../program/target.ts';
import { renderTable } from '../render/table.ts';
import { type DefinitionOptions, environmentName, loadPlan, noteWarnings } from '../resolve-plan.ts';
import { note, outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater synth`. */
export interface SynthOptions extends DefinitionOptions {
  readonly target: Target;
  /** Name of the Pulumi project. */
  readonly project?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** A stack in a cloud assembly. */
interface SynthesizedStack {
  readonly name: string;
  readonly template: string;
  readonly resources: number;
  readonly bytes: number;
}

/** `breakwater synth`: what the system compiles to, without an account. */
export async function synth(options: SynthOptions): Promise<void> {
  if (options.target === 'cdk') return synthCdk(options);
  const { synthPulumi } = await import('./synth-pulumi.ts');
  return synthPulumi(options);
}

/**
 * Writes the CDK cloud assembly. Called by the `cdk` command line (`cdk.json` names it as the app), it writes where
 * that asks it to and prints nothing.
 */
async function synthCdk(options: SynthOptions): Promise<void> {
  const { CDK_OUTDIR } = process.env;
  const calledByCdk = CDK_OUTDIR !== undefined && options.out === undefined;
  const loaded = await loadPlan({ ...options, ...namedAccount(options, process.env) });
  if (!calledByCdk) await noteWarnings(loaded);
  const outdir = calledByCdk
    ? resolve(CDK_OUTDIR)
    : resolve(options.out ?? join(loaded.directory, '.breakwater', 'cdk.out'));
  const [{ synthesize }, customization] = await Promise.all([
    loadCdk(),
    loadCdkCustomization(loaded.directory, environmentName(options, process.env)),
  ]);
  await createOutdir(outdir);
  // The cdk command line looks up what is missing and calls again.
  const plan = calledByCdk ? loaded.plan : withoutLookups(loaded.plan);
  synthesize({ plan, outdir, ...customization });
  if (calledByCdk) return;
  const stacks = await Promise.all(loaded.plan.stacks.map(({ name }) => readStack(outdir, name)));
  if (options.json) {
    printJson({ outdir, stacks });
    return;
  }
  const rows = stacks.map(({ name, resources, bytes }) => [
    name,
    String(resources),
    `${Math.ceil(bytes / 1024)} KiB`,
  ]);
  print(
    renderTable(
      [
        { heading: 'STACK' },
        { heading: 'RESOURCES', align: 'right' },
        { heading: 'TEMPLATE', align: 'right' },
      ],
      rows,
      outStyle,
    ),
  );
  note(`Written to ${relative(process.cwd(), outdir) || '.'}`);
}

/** Makes the folder that is written to. @throws CliError when it cannot be made */
export async function createOutdir(outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true }).catch((error: Error) => {
    throw new CliError(`${outdir} cannot be written`, {
      why: error.message,
      fix: 'Give another folder with --out.',
    });
  });
}

async function readStack(outdir: string, name: string): Promise<SynthesizedStack> {
  const template = join(outdir, `${name}.template.json`);
  const text = await readFile(template, 'utf8');
  const { Resources = {} } = JSON.parse(text) as { Resources?: Readonly<Record<string, unknown>> }; // written by the CDK just now
  return { name, template, resources: Object.keys(Resources).length, bytes: (await stat(template)).size };
}
