import { hashBelow } from '../hash.ts';
import { compareSpecificity, covers, overlaps, specificity } from './patterns.ts';

/** A rule as far as its place is concerned. */
export interface PlacedRule {
  /** What stands for the rule, whatever the other rules are. */
  readonly key: string;
  /** Its patterns, the narrowest first. */
  readonly paths: readonly string[];
}

/** A range of priorities; a rule's hash says which of them it wants. */
interface Band {
  readonly first: number;
  readonly size: number;
}

/** Patterns without wildcards: as two of them never match the same path, all share one band. */
const EXACT: Band = { first: 1, size: 15_000 };

/**
 * Room for each length of the text before the first wildcard, the longest first: most for those that people write. Together with
 * the exact ones 49,430 of 50,000, so that what is moved on still has a place.
 */
function roomOf(prefix: number): number {
  if (prefix > 64) return 60;
  if (prefix > 32) return 200;
  return prefix > 1 ? 750 : 1000;
}

const LONGEST = 127;

/** Lengths of text after the first wildcard that have bands of their own. */
const TAILS = 20;

/** The band of a pattern: never after that of a wider pattern that matches one of its paths. */
function bandOf(pattern: string): Band {
  const { exact, prefix, literal, single, any } = specificity(pattern);
  if (exact) return EXACT;
  const size = roomOf(prefix);
  let first = EXACT.first + EXACT.size;
  for (let longer = LONGEST; longer > prefix; longer -= 1) first += roomOf(longer);
  // Nearly all patterns end with their only wildcard: they have most of the room, after those with more behind it.
  const each = Math.floor((size * 2) / 5 / TAILS);
  const rich = each * TAILS;
  if (literal === prefix && single === 0 && any === 1) return { first: first + rich, size: size - rich };
  return { first: first + (TAILS - 1 - Math.min(literal - prefix, TAILS - 1)) * each, size: each };
}

/**
 * Priorities of rules, by themselves as far as possible: a band for the specificity of its widest pattern, and in it a hash of the
 * rule's key. So a rule stays where it is when others come and go. Only where two want the same number, or where two
 * that can match the same path have the same band and the wider one would come first, the one that comes later here moves on to
 * the next number that is free.
 */
export function prioritiesOf(rules: readonly PlacedRule[]): ReadonlyMap<PlacedRule, number> {
  const widest = ({ paths }: PlacedRule) => paths.at(-1) ?? '';
  const order = [...rules].sort(
    (a, b) => compareSpecificity(widest(a), widest(b)) || (a.key < b.key ? -1 : 1),
  );
  const taken = new Set<number>();
  const result = new Map<PlacedRule, number>();
  for (const rule of order) {
    const { first, size } = bandOf(widest(rule));
    let priority = first + hashBelow(rule.key, size);
    for (const [other, before] of result)
      if (before >= priority && mustPrecede(other, rule)) priority = before + 1;
    while (taken.has(priority)) priority += 1;
    taken.add(priority);
    result.set(rule, priority);
  }
  return result;
}

/** Whether a pattern of `a` is narrower than one of `b` that can match the same path, or is the same in other words. */
function mustPrecede(a: PlacedRule, b: PlacedRule): boolean {
  return a.paths.some((one) =>
    b.paths.some((other) => {
      const order = compareSpecificity(one, other);
      return order < 0 ? overlaps(one, other) : order === 0 && covers(one, other) && covers(other, one);
    }),
  );
}
