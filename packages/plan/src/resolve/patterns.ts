/** How narrow a pattern is; each number decides only where those before it are equal. */
export interface Specificity {
  /** Whether it has no wildcard: it matches one path. */
  readonly exact: boolean;
  /** Characters before the first wildcard. */
  readonly prefix: number;
  /** Characters that are no wildcards. */
  readonly literal: number;
  /** Question marks: each demands one character more. */
  readonly single: number;
  /** Runs with an asterisk. */
  readonly any: number;
}

/** Number of wildcards, as the load balancer counts them. */
export const wildcards = (pattern: string): number => (pattern.match(/[*?]/g) ?? []).length;

/** How narrow a pattern is. */
export function specificity(pattern: string): Specificity {
  const runs = pattern.match(/[*?]+/g) ?? [];
  return {
    exact: runs.length === 0,
    prefix: (/^[^*?]*/.exec(pattern)?.[0] ?? '').length,
    literal: pattern.length - wildcards(pattern),
    single: runs.reduce((sum, run) => sum + run.replaceAll('*', '').length, 0),
    any: runs.filter((run) => run.includes('*')).length,
  };
}

/**
 * Negative when `a` is the narrower pattern: one path before many, the longer text before the first wildcard, the more text, the
 * more question marks, the fewer asterisks. 0: neither is narrower. Of two patterns of which one covers the other, the covered
 * one is narrower, unless they match the same paths.
 */
export function compareSpecificity(a: string, b: string): number {
  const [left, right] = [specificity(a), specificity(b)];
  return (
    Number(right.exact) - Number(left.exact) ||
    right.prefix - left.prefix ||
    right.literal - left.literal ||
    right.single - left.single ||
    left.any - right.any
  );
}

/** Whether every path that `narrow` matches is matched by `wide`. Sound, not complete: it may miss odd combinations of wildcards. */
export function covers(wide: string, narrow: string): boolean {
  // Reachable positions in `wide` after each character of `narrow`; its asterisk is a character that only an asterisk takes.
  let states = new Set([0]);
  const close = (set: Set<number>) => {
    for (const state of set) if (wide[state] === '*') set.add(state + 1);
    return set;
  };
  close(states);
  for (const character of narrow) {
    const next = new Set<number>();
    for (const state of states) {
      const expected = wide[state];
      if (expected === '*') next.add(state);
      else if (expected === '?' ? character !== '*' : expected === character && character !== '*')
        next.add(state + 1);
    }
    states = close(next);
  }
  return states.has(wide.length);
}

/** Whether some path is matched by both patterns. */
export function overlaps(a: string, b: string): boolean {
  const fixed = Math.min(specificity(a).prefix, specificity(b).prefix);
  if (a.slice(0, fixed) !== b.slice(0, fixed)) return false;
  // Positions in `b` that a common beginning may have reached, for each position in `a`.
  const width = b.length + 1;
  const reached = new Set([0]);
  for (const state of reached) {
    const [i, j] = [Math.floor(state / width), state % width];
    if (i === a.length && j === b.length) return true;
    const [left, right] = [a[i], b[j]];
    const reach = (x: number, y: number) => reached.add(x * width + y);
    if (left === '*') reach(i + 1, j);
    if (right === '*') reach(i, j + 1);
    if (left === undefined || right === undefined) continue;
    if (left === '*' && right !== '*') reach(i, j + 1);
    if (right === '*' && left !== '*') reach(i + 1, j);
    if (left !== '*' && right !== '*' && (left === right || left === '?' || right === '?'))
      reach(i + 1, j + 1);
  }
  return false;
}
