import type { NameKind } from '../data/names.ts';
import type { Definition } from '../definition/system.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Draft, Tracer } from './mark.ts';

/** What every pass may look at: the definition with the environment's overrides applied and checked, and what was asked for. */
export interface Context {
  readonly definition: Definition;
  readonly env: string;
  readonly region: string;
  readonly account: string | null;
  /** Names that the author gave, also to what was refused: a reference to those is right. */
  readonly declared: { readonly stores: readonly string[]; readonly services: readonly string[] };
  /** Whether the Region is one that Breakwater knows; otherwise another stands in for it. */
  readonly regionKnown: boolean;
  /** Where a value of the definition was written: under an environment's overrides, or at its own path. */
  readonly source: (path: string) => string;
  readonly tracer: (pass: string) => Tracer;
}

/** Looks up the name of a resource: `name('target-group', 'catalog/blue')`. */
export type Names = (kind: NameKind, key: string) => Draft<string>;

/** What a pass adds, and what it found. */
export interface Result<Added> {
  readonly added: Added;
  readonly found?: readonly Diagnostic[];
}

/** A step of resolving: reads the draft and returns what it adds. Pure. */
export type Pass<Needs, Added> = (draft: Needs, context: Context) => Result<Added>;

/** Entries by key in alphabetical order, so that the order in a definition never shows. */
export function sorted<T>(
  record: Readonly<Record<string, T>> | undefined,
): readonly (readonly [string, T])[] {
  return Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The same record with every value replaced, in alphabetical order. */
export function mapRecord<T, U>(
  record: Readonly<Record<string, T>> | undefined,
  change: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(sorted(record).map(([key, value]) => [key, change(value, key)]));
}
