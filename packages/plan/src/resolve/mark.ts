import type { Origin } from '../plan/origin.ts';

const ORIGIN = Symbol('origin');

/** A value with where it comes from. The origin holds for everything in it that has none of its own. */
export interface Marked<T> {
  readonly [ORIGIN]: Origin;
  readonly value: Draft<T>;
}

type Primitive = string | number | boolean | null;

/** A part of the plan in the making: values may be marked with their origin at any depth. */
export type Draft<T> = Marked<T> | (T extends Primitive ? T : { readonly [K in keyof T]: Draft<T[K]> });

/** Whether a value carries an origin. */
export function isMarked(value: unknown): value is Marked<unknown> {
  return typeof value === 'object' && value !== null && ORIGIN in value;
}

/** The origin of a marked value. */
export function originOf(value: Marked<unknown>): Origin {
  return value[ORIGIN];
}

function mark<T>(origin: Origin, value: Draft<T>): Marked<T> {
  return { [ORIGIN]: origin, value };
}

/** The value without its origins. */
export function plain<T>(draft: Draft<T>): T {
  return strip(draft) as T; // a draft is its type with origins around some values, and `strip` takes them away
}

function strip(value: unknown): unknown {
  if (isMarked(value)) return strip(value.value);
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, strip(each)]));
}

/** Marks values on behalf of one pass. */
export interface Tracer {
  /** The author wrote it at this path. */
  given<T>(value: Draft<T>, path: string): Marked<T>;
  /** Nobody wrote it; `option` is where one could. */
  defaulted<T>(value: Draft<T>, option: string, why: string): Marked<T>;
  /** Computed from other values, named by their paths in the definition or the plan. */
  derived<T>(value: Draft<T>, from: readonly string[], why: string): Marked<T>;
  /** What the author wrote at the path, or else the default. */
  option<T>(raw: T | undefined, path: string, fallback: NoInfer<T>, why: string): Marked<T>;
  /** The same for a value that is read by a function. */
  read<R, T>(
    raw: R | undefined,
    path: string,
    parse: (raw: R) => T,
    fallback: NoInfer<T>,
    why: string,
  ): Marked<T>;
}

/** A tracer for the pass. `source` tells under which environment's overrides a value was written. */
export function tracer(pass: string, source: (path: string) => string): Tracer {
  const given = <T>(value: Draft<T>, path: string) =>
    mark<T>({ kind: 'given', pass, from: source(path) }, value);
  const defaulted = <T>(value: Draft<T>, option: string, why: string) =>
    mark<T>({ kind: 'defaulted', pass, option, why }, value);
  return {
    given,
    defaulted,
    derived: (value, from, why) => mark({ kind: 'derived', pass, from, why }, value),
    // A plain value is a draft of itself.
    option: <T>(raw: T | undefined, path: string, fallback: T, why: string) =>
      raw === undefined ? defaulted<T>(fallback as Draft<T>, path, why) : given<T>(raw as Draft<T>, path),
    read: <R, T>(raw: R | undefined, path: string, parse: (raw: R) => T, fallback: T, why: string) =>
      raw === undefined
        ? defaulted<T>(fallback as Draft<T>, path, why)
        : given<T>(parse(raw) as Draft<T>, path),
  };
}
