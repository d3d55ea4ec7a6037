import type { Plan } from '../plan/plan.ts';

/** Where in the definition a value of the plan was written, or could be: the path that a finding about it names. */
export function where(plan: Plan, path: string): string {
  const origin = plan.origins[path];
  switch (origin?.kind) {
    case 'given':
      return origin.from;
    case 'defaulted':
      return origin.option;
    case 'derived':
      return origin.from[0] ?? path;
    case undefined:
      return path;
  }
}
