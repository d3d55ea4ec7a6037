import { isWithin } from './path.ts';
import type { Origin } from './plan/origin.ts';
import type { Plan } from './plan/plan.ts';

/** A value of the plan and where it comes from. */
export interface ExplainedValue {
  /** Path in the plan. */
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** Keys of a path: `services.catalog.routes[0]`, `logGroups["service/catalog"]`. */
function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? index ?? plain ?? '',
  );
}

function valueAt(plan: Plan, path: string): unknown {
  let here: unknown = plan;
  for (const key of keysOf(path)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = Reflect.get(here, key);
  }
  return here;
}

/** Paths of the definition that an origin names. */
function sourcesOf(origin: Origin): readonly string[] {
  switch (origin.kind) {
    case 'given':
      return [origin.from];
    case 'defaulted':
      return [origin.option];
    case 'derived':
      return origin.from;
  }
}

const withoutEnvironment = (path: string) => path.replace(/^environments\.[a-z0-9-]+\./, '');

/**
 * Where values come from. The path is one of the plan (`services.catalog.scaling.minimum`) or of the definition
 * (`services.catalog.scaling.cooldown`): then the answer is every value that it led to, or would. Empty when nothing is there.
 *
 * @example
 * explain(plan, 'services.catalog.scaling.cooldown') // scaleInCooldownSeconds and scaleOutCooldownSeconds
 */
export function explain(plan: Plan, path: string): readonly ExplainedValue[] {
  const wanted = path.trim().replace(/\[(\d+)\]/g, '.$1');
  if (wanted === '') return [];
  const entries = Object.entries(plan.origins);
  const inPlan = entries.filter(([at]) => isWithin(at, wanted));
  const fromDefinition = entries.filter(([, origin]) =>
    sourcesOf(origin).some((from) => isWithin(from, wanted) || isWithin(withoutEnvironment(from), wanted)),
  );
  // An option written in a short form (`health: '/health'`) is explained by the path of the short form.
  const fromShort = entries.filter(
    ([, origin]) => origin.kind === 'given' && isWithin(wanted, withoutEnvironment(origin.from)),
  );
  const chosen = inPlan.length > 0 ? inPlan : fromDefinition.length > 0 ? fromDefinition : fromShort;
  return chosen.map(([at, origin]) => ({ path: at, value: valueAt(plan, at), origin }));
}
