import type { Diagnostic, Plan } from '@breakwater/plan';
import { CliError } from './errors.ts';
import { displayPath, findDefinition } from './find-definition.ts';
import { type LoadedDefinition, loadDefinition } from './load-definition.ts';
import { plural } from './render/units.ts';
import { note } from './terminal.ts';

/** Options of every command that reads the definition. */
export interface DefinitionOptions {
  readonly config?: string;
  readonly env?: string;
  readonly region?: string;
  /** Twelve digits; what is named for all of AWS, such as buckets, is named with it. */
  readonly account?: string;
}

/**
 * The environment meant: `--env`, else `ENVIRONMENT_SUFFIX`, else the context key `environmentSuffix` where the `cdk` command line
 * calls (`cdk deploy -c environmentSuffix=pr42`), else `dev`.
 */
export function environmentName(options: { readonly env?: string }, environment: NodeJS.ProcessEnv): string {
  const { ENVIRONMENT_SUFFIX, CDK_CONTEXT_JSON } = environment;
  return options.env ?? (ENVIRONMENT_SUFFIX || (contextSuffix(CDK_CONTEXT_JSON) ?? 'dev'));
}

function contextSuffix(json: string | undefined): string | null {
  if (json === undefined) return null;
  try {
    const context: unknown = JSON.parse(json);
    const isObject = typeof context === 'object' && context !== null && 'environmentSuffix' in context;
    return isObject && typeof context.environmentSuffix === 'string' ? context.environmentSuffix : null;
  } catch {
    return null;
  }
}

/** A definition with what was found about it; `plan` is null when it has errors. */
export interface ResolvedDefinition extends LoadedDefinition {
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A definition without errors. */
export interface LoadedPlan extends ResolvedDefinition {
  readonly plan: Plan;
}

/** Finds, loads and resolves the definition. @throws CliError when it cannot be loaded; mistakes in it are diagnostics. */
export async function resolveDefinition(
  options: DefinitionOptions,
  from: string = process.cwd(),
): Promise<ResolvedDefinition> {
  const env = environmentName(options, process.env);
  const loaded = await loadDefinition(findDefinition(from, options.config), { env });
  const { resolve } = await import('@breakwater/plan');
  const region = options.region === undefined ? {} : { region: options.region };
  const account = options.account === undefined ? {} : { account: options.account };
  const { plan, diagnostics } = resolve(loaded.definition, { env, ...region, ...account });
  return { ...loaded, plan, diagnostics };
}

/** The same for commands that need a plan. @throws CliError with every finding when the definition has errors. */
export async function loadPlan(
  options: DefinitionOptions,
  from: string = process.cwd(),
): Promise<LoadedPlan> {
  const resolved = await resolveDefinition(options, from);
  const { plan } = resolved;
  if (plan) return { ...resolved, plan };
  const errors = resolved.diagnostics.filter(({ severity }) => severity === 'error').length;
  throw new CliError(`${displayPath(resolved.file, from)} has ${plural(errors, 'mistake')}`, {
    detail: await formatFindings(resolved.diagnostics),
    fix: 'Correct what is marked as error and run the command again.',
  });
}

/** Findings as text. */
export async function formatFindings(diagnostics: readonly Diagnostic[]): Promise<string> {
  const { formatDiagnostics } = await import('@breakwater/plan');
  return formatDiagnostics(diagnostics).trimEnd();
}

/** Prints warnings on standard error; informations are for `plan`. */
export async function noteWarnings({ diagnostics }: ResolvedDefinition): Promise<void> {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) note(await formatFindings(warnings));
}
