import { join } from '../path.ts';
import type { Origin } from '../plan/origin.ts';
import { type Draft, isMarked, originOf } from './mark.ts';

/** A value without its origins, and the origin of every leaf by its path. */
export interface Sealed<T> {
  readonly value: T;
  readonly origins: Readonly<Record<string, Origin>>;
  /** Leaves that no pass has marked: a fault of the passes, never of a definition. */
  readonly unmarked: readonly string[];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Separates a draft into plain frozen data and origins. */
export function seal<T>(draft: Draft<T>): Sealed<T> {
  const origins: [string, Origin][] = [];
  const unmarked: string[] = [];
  const visit = (value: unknown, path: string, origin: Origin | null): unknown => {
    if (isMarked(value)) return visit(value.value, path, originOf(value));
    if (typeof value !== 'object' || value === null || isEmpty(value)) {
      if (origin === null) unmarked.push(path);
      else origins.push([path, origin]);
      return typeof value === 'object' && value !== null
        ? Object.freeze(Array.isArray(value) ? [] : {})
        : value;
    }
    if (Array.isArray(value))
      return Object.freeze(value.map((each, index) => visit(each, join(path, index), origin)));
    const entries = Object.entries(value).map(([key, each]) => [key, visit(each, join(path, key), origin)]);
    return Object.freeze(Object.fromEntries(entries));
  };
  const value = visit(draft, '', null) as T; // as in `plain`: a draft without its origins is its type
  for (const [, origin] of origins) {
    if (origin.kind === 'derived') Object.freeze(origin.from);
    Object.freeze(origin);
  }
  return { value, origins: Object.freeze(Object.fromEntries(origins)), unmarked };
}
