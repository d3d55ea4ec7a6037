import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';

/** Rules between values of the plan. */
export function checkPlan(_: Plan): readonly Diagnostic[] {
  return [];
}
