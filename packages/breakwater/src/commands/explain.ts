import type { Plan } from '@breakwater/plan';
import { CliError } from '../errors.ts';
import { findNearestPath } from '../nearest-path.ts';
import { renderExplanations } from '../render/explanation.ts';
import { type DefinitionOptions, loadPlan } from '../resolve-plan.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater explain`. */
export interface ExplainOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `breakwater explain PATH`: the value, and whether it was given, defaulted or derived. */
export async function explain(path: string, options: ExplainOptions): Promise<void> {
  const { plan } = await loadPlan(options);
  const module = await import('@breakwater/plan');
  const explanations = module.explain(plan, path);
  if (explanations.length === 0) throw nothingAt(plan, path);
  if (options.json) printJson(explanations);
  else print(renderExplanations(explanations, outStyle));
}

function nothingAt(plan: Plan, path: string): CliError {
  const { deepest, known, missing } = findNearestPath(plan, path);
  const owner = deepest === '' ? 'The plan' : deepest;
  if (missing === null) {
    return new CliError(`No origin is recorded for ${path}`, {
      fix:
        known.length > 0
          ? `Ask for a part of it: ${known.join(', ')}.`
          : 'See its value with `breakwater plan --json`.',
    });
  }
  return new CliError(`Neither the plan nor the definition has anything at ${path}`, {
    fix: known.length > 0 ? `${owner} has: ${known.join(', ')}.` : `${owner} has no parts: ask for it alone.`,
  });
}
