import type { Plan } from '@breakwater/plan';

/** How far a path leads into the plan. */
export interface NearestPath {
  /** The part of it that exists; empty when none does. */
  readonly deepest: string;
  /** The names right below that part. */
  readonly known: readonly string[];
  /** The first name that does not exist; null when the whole path does. */
  readonly missing: string | null;
}

/** Follows a path as far as it leads. */
export function findNearestPath(plan: Plan, path: string): NearestPath {
  let value: unknown = plan;
  let deepest = '';
  const namesOf = (here: unknown) => (typeof here === 'object' && here !== null ? Object.keys(here) : []);
  for (const key of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    if (key === '') continue;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return { deepest, known: namesOf(value), missing: key };
    }
    value = Reflect.get(value, key);
    deepest = deepest === '' ? key : `${deepest}.${key}`;
  }
  return { deepest, known: namesOf(value), missing: null };
}
