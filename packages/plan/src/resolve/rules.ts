import { PATH_PATTERN } from '../data/load-balancer.ts';

/** Paths of one service that become one rule. */
export interface PlannedRule {
  readonly service: string;
  readonly paths: readonly string[];
}

const wildcards = (pattern: string) => (pattern.match(/[*?]/g) ?? []).length;

/** Negative when `a` is the narrower pattern: the longer text before the first wildcard, the more text, the fewer wildcards. */
export function compareSpecificity(a: string, b: string): number {
  const prefix = (pattern: string) => (/^[^*?]*/.exec(pattern)?.[0] ?? '').length;
  const literal = (pattern: string) => pattern.length - wildcards(pattern);
  const exact = (pattern: string) => (wildcards(pattern) === 0 ? 1 : 0);
  return (
    exact(b) - exact(a) ||
    prefix(b) - prefix(a) ||
    literal(b) - literal(a) ||
    wildcards(a) - wildcards(b) ||
    (a < b ? -1 : a > b ? 1 : 0)
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

function chunks(paths: readonly string[]): readonly (readonly string[])[] {
  const result: string[][] = [];
  for (const path of paths) {
    const last = result.at(-1);
    const count = last === undefined ? 0 : last.reduce((sum, each) => sum + wildcards(each), 0);
    if (
      last !== undefined &&
      last.length < PATH_PATTERN.valuesPerRule &&
      count + wildcards(path) <= PATH_PATTERN.wildcardsPerRule
    )
      last.push(path);
    else result.push([path]);
  }
  return result;
}

/**
 * Rules for the routes of all services, in the order in which they are tried. A service's paths share a rule unless they
 * meet another service's; then each path has its own, narrower ones first.
 */
export function planRules(routes: Readonly<Record<string, readonly string[]>>): readonly PlannedRule[] {
  const services = Object.keys(routes).sort();
  const meets = (service: string) =>
    (routes[service] ?? []).some((path) =>
      services.some(
        (other) =>
          other !== service && (routes[other] ?? []).some((each) => covers(each, path) || covers(path, each)),
      ),
    );
  const rules = services.flatMap((service): readonly PlannedRule[] => {
    const paths = [...(routes[service] ?? [])].sort(compareSpecificity);
    return meets(service)
      ? paths.map((path) => ({ service, paths: [path] }))
      : chunks(paths).map((chunk) => ({ service, paths: chunk }));
  });
  return rules.sort(
    (a, b) => compareSpecificity(a.paths[0] ?? '', b.paths[0] ?? '') || (a.service < b.service ? -1 : 1),
  );
}

/** Paths that no request can reach, because a rule before them takes all of theirs. */
export function unreachable(rules: readonly PlannedRule[]) {
  return rules.flatMap((rule, index) =>
    rule.paths.flatMap((path) => {
      for (const earlier of rules.slice(0, index)) {
        const wider =
          earlier.service === rule.service ? undefined : earlier.paths.find((each) => covers(each, path));
        if (wider !== undefined) return [{ service: rule.service, path, by: earlier.service, wider }];
      }
      return [];
    }),
  );
}
