import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { displayPath } from '../find-definition.ts';
import { renderPlan } from '../render/plan.ts';
import { plural } from '../render/units.ts';
import { type DefinitionOptions, formatFindings, resolveDefinition } from '../resolve-plan.ts';
import { note, outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater plan`. */
export interface PlanOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `breakwater plan`: what the definition means, everything decided. `--json` prints `{ plan, diagnostics }`. */
export async function plan(options: PlanOptions): Promise<void> {
  const resolved = await resolveDefinition(options);
  if (options.json) {
    printJson({ plan: resolved.plan, diagnostics: resolved.diagnostics });
    if (!resolved.plan) process.exitCode = EXIT.error;
    return;
  }
  if (resolved.plan) print(renderPlan(resolved.plan, outStyle));
  const findings = await formatFindings(resolved.diagnostics);
  if (!resolved.plan) {
    const errors = resolved.diagnostics.filter(({ severity }) => severity === 'error').length;
    throw new CliError(`${displayPath(resolved.file)} has ${plural(errors, 'mistake')}`, {
      detail: findings,
      fix: 'Correct what is marked as error and run the command again.',
    });
  }
  if (findings !== '') note(`\n${findings}`);
}
