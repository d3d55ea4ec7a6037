import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { namedAccount, synthesizer, withoutLookups } from '../account.ts';
import { CliError } from '../errors.ts';
import { loadCdkEject } from '../optional-packages.ts';
import { plural } from '../render/units.ts';
import { type DefinitionOptions, loadPlan, noteWarnings } from '../resolve-plan.ts';
import { errStyle, note, print, printJson } from '../terminal.ts';

/** Options of `breakwater eject`. */
export interface EjectOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `breakwater eject [folder]`: the system as a CDK program that no longer needs Breakwater. Overwrites nothing. */
export async function eject(folder: string, options: EjectOptions): Promise<void> {
  const loaded = await loadPlan({ ...options, ...namedAccount(options, process.env) });
  const { plan } = loaded;
  await noteWarnings(loaded);
  const target = resolve(folder);
  const present = await readdir(target).catch(() => []);
  if (present.length > 0)
    throw new CliError(`${target} is not empty`, {
      why: 'the program would be mixed with what is there',
      fix: 'Name another folder: breakwater eject FOLDER.',
    });
  const cdk = await loadCdkEject();
  const assembly = await mkdtemp(join(tmpdir(), 'breakwater-eject-'));
  try {
    const synthesize = await synthesizer({ ...loaded, plan: withoutLookups(plan) }, options);
    await synthesize({ images: {}, outdir: assembly });
    const files = await cdk.eject({ assembly, plan });
    for (const { path, text } of files) {
      const file = join(target, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    if (options.json) printJson({ folder: target, files: files.map(({ path }) => path) });
    else print(files.map(({ path }) => relative(process.cwd(), join(target, path))).join('\n'));
    const guessed = plan.account === null ? cdk.accountNames(plan) : [];
    if (guessed.length > 0) note(`${errStyle.yellow('warning')} ${unknownAccount(guessed)}`);
    note(`${plural(files.length, 'file')} written. Its README says what to do next.`);
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

function unknownAccount(buckets: readonly string[]): string {
  return `The account is not known, and default names of buckets depend on it: what runs is not called ${buckets.join(', ')}. Deployed over it, the program would replace the buckets. Give --account.`;
}
