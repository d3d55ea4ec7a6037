import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspection } from '@breakwater/pulumi/inspect';
import { namedAccount } from './account.ts';
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

/** A system as a Pulumi program would register it. */
export interface PulumiSystem {
  readonly loaded: LoadedPlan;
  readonly project: string;
  readonly inspection: Inspection;
  readonly pulumi: typeof import('@breakwater/pulumi/inspect');
}

/**
 * Loads the definition and runs the program of its system, without an engine and without AWS.
 * @throws CliError for a definition with mistakes, packages that are missing, and what Pulumi cannot deploy
 */
export async function inspectPulumi(options: PulumiOptions): Promise<PulumiSystem> {
  const loaded = await loadPlan({ ...options, ...namedAccount(options, process.env) });
  await noteWarnings(loaded);
  const [pulumi, customization] = await Promise.all([
    loadPulumiInspect(),
    loadPulumiCustomization(loaded.directory, environmentName(options, process.env)),
  ]);
  const { plan } = loaded;
  const project = options.project ?? (await projectOf(loaded.directory)) ?? plan.system;
  const inspection = await pulumi
    .inspectSystem({ plan, project, ...customization })
    .catch((error: unknown) => {
      const refusal = pulumi.refusalOf(error);
      throw refusal === null ? error : new CliError(refusal);
    });
  return { loaded, project, inspection, pulumi };
}
