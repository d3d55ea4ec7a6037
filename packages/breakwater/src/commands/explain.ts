import { CliError } from '../errors.ts';
import { explainPath } from '../explain-path.ts';
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
  const found = explainPath(plan, path);
  // A path of the definition is answered with the values that it led to.
  const { explain: explainOption } = await import('@breakwater/plan');
  const explanations = found.kind === 'found' ? found.explanations : explainOption(plan, path);
  if (found.kind === 'unknown' && explanations.length === 0) {
    throw new CliError(`The plan has nothing at ${path}`, {
      why: found.deepest === '' ? null : `below ${found.deepest} there is: ${found.known.join(', ')}`,
      fix:
        found.suggestion === null
          ? `Begin with one of: ${found.known.join(', ')}.`
          : `Did you mean ${found.suggestion}?`,
    });
  }
  if (options.json) printJson(explanations);
  else print(renderExplanations(explanations, outStyle));
}
