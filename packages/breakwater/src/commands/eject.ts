import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { accountNames, type Plan } from '@breakwater/plan';
import { namedAccount, synthesizer, withoutLookups } from '../account.ts';
import { CliError } from '../errors.ts';
import { loadCdkEject, loadPulumiEject } from '../optional-packages.ts';
import type { Target } from '../program/target.ts';
import { explainRefusal, loadPulumiSystem, type PulumiOptions } from '../pulumi-system.ts';
import { plural } from '../render/units.ts';
import { loadPlan, noteWarnings } from '../resolve-plan.ts';
import { errStyle, note, print, printJson } from '../terminal.ts';

/** Options of `breakwater eject`. */
export interface EjectOptions extends PulumiOptions {
  readonly target: Target;
  readonly json?: boolean;
}

/** A file of the program. */
interface EjectedFile {
  readonly path: string;
  readonly text: string;
}

const FOLDERS: Readonly<Record<Target, string>> = { cdk: 'cdk', pulumi: 'pulumi-program' };

/** `breakwater eject [folder]`: the system as a program that no longer needs Breakwater. Overwrites nothing. */
export async function eject(folder: string | undefined, options: EjectOptions): Promise<void> {
  const target = resolve(folder ?? FOLDERS[options.target]);
  const present = await readdir(target).catch(() => []);
  if (present.length > 0)
    throw new CliError(`${target} is not empty`, {
      why: 'the program would be mixed with what is there',
      fix: 'Name another folder: breakwater eject FOLDER.',
    });
  const files = options.target === 'cdk' ? await ejectCdk(options) : await ejectPulumi(options);
  for (const { path, text } of files) {
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  if (options.json) printJson({ folder: target, files: files.map(({ path }) => path) });
  else print(files.map(({ path }) => relative(process.cwd(), join(target, path))).join('\n'));
  note(`${plural(files.length, 'file')} written. Its README says what to do next.`);
}

async function ejectCdk(options: EjectOptions): Promise<readonly EjectedFile[]> {
  const loaded = await loadPlan({ ...options, ...namedAccount(options, process.env) });
  const { plan } = loaded;
  await noteWarnings(loaded);
  const cdk = await loadCdkEject();
  const assembly = await mkdtemp(join(tmpdir(), 'breakwater-eject-'));
  try {
    const synthesize = await synthesizer({ ...loaded, plan: withoutLookups(plan) }, options);
    await synthesize({ images: {}, outdir: assembly });
    const files = await cdk.eject({ assembly, plan });
    warnOfUnknownAccount(plan);
    return files;
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

async function ejectPulumi(options: EjectOptions): Promise<readonly EjectedFile[]> {
  const { loaded, project, ...customization } = await loadPulumiSystem(options);
  const { plan } = loaded;
  const { eject: write, EjectError } = await loadPulumiEject();
  const files = await write({ plan, project, ...customization }).catch((error: unknown) => {
    if (error instanceof EjectError) throw new CliError(error.message);
    return explainRefusal(error);
  });
  warnOfAccountSetting(plan);
  return files;
}

const warn = (text: string): void => note(`${errStyle.yellow('warning')} ${text}`);

function warnOfUnknownAccount(plan: Plan): void {
  const names = accountNames(plan);
  if (plan.account !== null || names.length === 0) return;
  warn(
    `The account is not known, and default names of buckets depend on it: what runs is not called ${names.join(', ')}. Deployed over it, the program would replace the buckets. Give --account.`,
  );
}

/** In a Pulumi program the account is known only where its stack says so. */
function warnOfAccountSetting(plan: Plan): void {
  const names = accountNames(plan);
  if (names.length === 0) return;
  const fits = plan.account === null ? 'no setting `account`' : `the setting \`account\` ${plan.account}`;
  warn(
    `The names ${names.join(', ')} are those of a stack with ${fits}. Over another, the program would replace the buckets: give --account as the stack says it.`,
  );
}
