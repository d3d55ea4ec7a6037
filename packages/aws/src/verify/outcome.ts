/** How a check went. */
export type Outcome =
  /** `found`: what stands in the account, in few words. */
  | { readonly state: 'passed'; readonly found: string }
  | { readonly state: 'failed'; readonly expected: string; readonly found: string }
  /** It could not be shown; `reason` is a sentence. */
  | { readonly state: 'skipped'; readonly reason: string };

/** The check holds. */
export function passed(found: string): Outcome {
  return { state: 'passed', found };
}

/** The account differs from the plan. */
export function failed(expected: string, found: string): Outcome {
  return { state: 'failed', expected, found };
}

/** The check cannot be made, for a reason that is no difference between plan and account. */
export function skipped(reason: string): Outcome {
  return { state: 'skipped', reason };
}

/** What a check throws when it cannot be made: the resource that it looks at is missing, which another check says. */
export class NotShown extends Error {
  override readonly name = 'NotShown';
}

/**
 * The resource, or the end of the check: that a resource is missing is told once, by the check of its existence, and
 * not again by each check of its settings.
 *
 * @throws NotShown when there is none
 */
export function present<T>(resource: T | null | undefined, what: string): T {
  if (resource === null || resource === undefined) throw new NotShown(`There is no ${what}.`);
  return resource;
}

type Single = string | number | boolean | null | undefined;

/** One thing that plan and account must agree on. Lists are compared as sets. */
export interface Fact {
  readonly what: string;
  readonly expected: Single | readonly string[];
  readonly found: Single | readonly string[];
}

/** Shorthand for one fact. */
export function fact(what: string, expected: Fact['expected'], found: Fact['found']): Fact {
  return { what, expected, found };
}

/** Passed when all agree; otherwise both sides of those that do not. */
export function compare(facts: readonly Fact[]): Outcome {
  const different = facts.filter((one) => !agrees(one));
  if (different.length === 0) {
    return passed(facts.map(({ what, expected }) => `${what} ${show(expected)}`).join(', '));
  }
  return failed(
    different.map(({ what, expected }) => `${what} ${show(expected)}`).join(', '),
    different.map((one) => `${one.what} ${show(one.found)}${explainLists(one)}`).join(', '),
  );
}

/** Passed when both hold the same entries; otherwise what is missing and what is too much. */
export function compareSets(what: string, expected: readonly string[], found: readonly string[]): Outcome {
  const missing = without(expected, found);
  const extra = without(found, expected);
  if (missing.length === 0 && extra.length === 0) {
    return passed(expected.length === 0 ? `no ${what}` : expected.join('; '));
  }
  const parts = [
    ...(missing.length > 0 ? [`missing: ${missing.join('; ')}`] : []),
    ...(extra.length > 0 ? [`not planned: ${extra.join('; ')}`] : []),
  ];
  return failed(expected.length === 0 ? `no ${what}` : expected.join('; '), parts.join(' | '));
}

function agrees({ expected, found }: Fact): boolean {
  if (typeof expected === 'object' && expected !== null) {
    const list = typeof found === 'object' && found !== null ? found : [];
    return without(expected, list).length === 0 && without(list, expected).length === 0;
  }
  return (expected ?? null) === (found ?? null);
}

function explainLists({ expected, found }: Fact): string {
  if (typeof expected !== 'object' || expected === null) return '';
  const list = typeof found === 'object' && found !== null ? found : [];
  const missing = without(expected, list);
  return missing.length > 0 && list.length > 0 ? ` (missing ${missing.join(', ')})` : '';
}

/** Entries of `a` that `b` lacks, each as often as it is missing. */
function without(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const entry of b) left.set(entry, (left.get(entry) ?? 0) + 1);
  return a.filter((entry) => {
    const count = left.get(entry) ?? 0;
    if (count > 0) left.set(entry, count - 1);
    return count === 0;
  });
}

function show(value: Fact['expected']): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}
