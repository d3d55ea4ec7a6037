import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramOptions } from '@breakwater/pulumi';
import { CliError } from './errors.ts';
import { loadPulumiInspect } from './optional-packages.ts';
import { loadPulumiCustomization } from './pulumi-customization.ts';
import {
  type DefinitionOptions,
  environmentName,
  type LoadedPlan,
  loadPlan,
  noteWarnings,
} from './resolve-plan.ts';

/** Options of commands that compile to Pulumi. */
export interface PulumiOptions extends DefinitionOptions {
  /** Name of the Pulumi project. @default that of `Pulumi.yaml` beside the definition or in `pulumi/`, else the system's */
  readonly project?: string;
}

/** Name of the Pulumi project that belongs to a definition; null where there is no `Pulumi.yaml`. */
async function projectOf(directory: string): Promise<string | null> {
  for (const folder of ['pulumi', '.']) {
    const text = await readFile(join(directory, folder, 'Pulumi.yaml'), 'utf8').catch(() => '');
    const name = /^name:\s*(["']?)([\w.-]+)\1\s*(?:#.*)?$/m.exec(text)?.[2];
    if (name !== undefined) return name;
  }
  return null;
}

/** A system as a Pulumi program of its own would create it. */
export interface PulumiSystem extends ProgramOptions {
  readonly loaded: LoadedPlan;
  readonly project: string;
}

/**
 * Loads the definition with what `breakwater.pulumi.ts` changes. The account is the one given and no other: the program knows it from
 * the stack's setting `account` only.
 *
 * @throws CliError for a definition with mistakes
 */
export async function loadPulumiSystem(options: PulumiOptions): Promise<PulumiSystem> {
  const loaded = await loadPlan(options);
  await noteWarnings(loaded);
  const customization = await loadPulumiCustomization(
    loaded.directory,
    environmentName(options, process.env),
  );
  const project = options.project ?? (await projectOf(loaded.directory)) ?? loaded.plan.system;
  return { loaded, project, ...customization };
}

/** What the component refuses to deploy, as an error of the command line; everything else as it is. */
export async function explainRefusal(error: unknown): Promise<never> {
  const refusal = (await loadPulumiInspect()).refusalOf(error);
  if (refusal === null) throw error;
  throw new CliError('Pulumi cannot deploy this definition', {
    detail: refusal,
    fix: 'Correct what is marked as error, or deploy with the CDK.',
  });
}
