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
  if (found.kind === 'unknown') {
    throw new CliError(`The plan has nothing at ${path}`, {
      why: found.deepest === '' ? null : `below ${found.deepest} there is: ${found.known.join(', ')}`,
      fix:
        found.suggestion === null
          ? `Begin with one of: ${found.known.join(', ')}.`
          : `Did you mean ${found.suggestion}?`,
    });
  }
  if (options.json) printJson(found.explanations);
  else print(renderExplanations(found.explanations, outStyle));
}
