import { PATH_PATTERN } from '../data/load-balancer.ts';
import { compareSpecificity, covers, overlaps, wildcards } from './patterns.ts';
import { prioritiesOf } from './priorities.ts';

/** Paths of one service that become one rule. */
export interface PlannedRule {
  readonly service: string;
  /** The narrowest first. */
  readonly paths: readonly string[];
  /** 1 to 50,000; the lowest is tried first. */
  readonly priority: number;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A service's paths in as few rules as possible. A rule stands where its narrowest path belongs, so a wider path joins it only
 * where no path of another service, with which it shares requests, belongs between the two.
 */
function group(paths: readonly string[], others: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const path of [...paths].sort((a, b) => compareSpecificity(a, b) || byText(a, b))) {
    const last = groups.at(-1);
    const [head] = last ?? [];
    const room =
      last !== undefined &&
      last.length < PATH_PATTERN.valuesPerRule &&
      last.reduce((sum, each) => sum + wildcards(each), wildcards(path)) <= PATH_PATTERN.wildcardsPerRule;
    const between = (other: string) =>
      head !== undefined &&
      compareSpecificity(other, path) < 0 &&
      compareSpecificity(head, other) <= 0 &&
      overlaps(other, path);
    if (room && !others.some(between)) last.push(path);
    else groups.push([path]);
  }
  return groups;
}

/**
 * Rules for the routes of all services, in the order in which they are tried: wherever two patterns match the same request, the
 * narrower one first. Of two that are equally narrow, either may come first, but always the same. A service's first rule keeps
 * its priority's identity whatever its paths are; the others have theirs by their first path.
 */
export function planRules(routes: Readonly<Record<string, readonly string[]>>): readonly PlannedRule[] {
  const services = Object.keys(routes).sort();
  const rules = services.flatMap((service) => {
    const others = services.flatMap((other) => (other === service ? [] : (routes[other] ?? [])));
    return group(routes[service] ?? [], others).map((paths, index) => ({
      service,
      paths,
      identity: index === 0 ? service : `${service}:${paths[0] ?? ''}`,
    }));
  });
  const priorities = prioritiesOf(rules);
  return rules
    .map((rule) => ({ service: rule.service, paths: rule.paths, priority: priorities.get(rule) ?? 0 }))
    .sort((a, b) => a.priority - b.priority);
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
