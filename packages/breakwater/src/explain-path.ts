import type { Origin, Plan } from '@breakwater/plan';

/** A value of the plan and where it comes from; null where no origin is recorded. */
export interface Explanation {
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin | null;
}

/** What was found at a path. */
export type ExplainResult =
  | { readonly kind: 'found'; readonly explanations: readonly Explanation[] }
  /** The deepest part of the path that exists, the names below it, and the nearest to what was asked. */
  | {
      readonly kind: 'unknown';
      readonly deepest: string;
      readonly known: readonly string[];
      readonly suggestion: string | null;
    };

/** The values at a path of the plan and below it. `services.catalog`, `listeners[0]` and `listeners.0` are understood. */
export function explainPath(plan: Plan, path: string): ExplainResult {
  const keys = path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  let value: unknown = plan;
  const walked: string[] = [];
  for (const key of keys) {
    const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (!names.includes(key)) {
      return { kind: 'unknown', deepest: walked.join('.'), known: names, suggestion: null };
    }
    // `names` holds the key, so the value is an object that has it.
    value = (value as Readonly<Record<string, unknown>>)[key];
    walked.push(key);
  }
  const prefix = walked.join('.');
  const paths = Object.keys(plan.origins).filter(
    (known) => known === prefix || known.startsWith(`${prefix}.`) || known.startsWith(`${prefix}[`),
  );
  const explanations = paths.map((known) => ({
    path: known,
    value: valueAt(plan, known),
    origin: plan.origins[known] ?? null,
  }));
  return {
    kind: 'found',
    explanations: explanations.length > 0 ? explanations : [{ path: prefix, value, origin: null }],
  };
}

function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}
