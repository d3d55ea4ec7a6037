import { PATH_PATTERN } from '../data/load-balancer.ts';
import { compareSpecificity, covers, overlaps, wildcards } from './patterns.ts';
import { prioritiesOf } from './priorities.ts';

/** Paths of one service that become one rule. */
export interface PlannedRule {
  /** The service for the rule with its widest path, and `service:path` with their own widest path for its others. */
  readonly key: string;
  readonly service: string;
  /** The narrowest first. */
  readonly paths: readonly string[];
  /** 1 to 50,000; the lowest is tried first. */
  readonly priority: number;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A service's paths in as few rules as possible, each the widest first. A rule stands where its widest path belongs, so a narrower
 * path joins it only where no path of another service, with which it shares requests, belongs between the two.
 */
function group(paths: readonly string[], others: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const path of [...paths].sort((a, b) => compareSpecificity(b, a) || byText(a, b))) {
    const last = groups.at(-1);
    const [widest] = last ?? [];
    const room =
      last !== undefined &&
      last.length < PATH_PATTERN.valuesPerRule &&
      last.reduce((sum, each) => sum + wildcards(each), wildcards(path)) <= PATH_PATTERN.wildcardsPerRule;
    const between = (other: string) =>
      widest !== undefined &&
      compareSpecificity(path, other) < 0 &&
      compareSpecificity(other, widest) <= 0 &&
      overlaps(other, path);
    if (room && !others.some(between)) last.push(path);
    else groups.push([path]);
  }
  return groups;
}

/**
 * Rules for the routes of all services, in the order in which they are tried: wherever two patterns match the same request, the
 * narrower one first. Of two that are equally narrow, either may come first, but always the same.
 */
export function planRules(routes: Readonly<Record<string, readonly string[]>>): readonly PlannedRule[] {
  const services = Object.keys(routes).sort();
  const rules = services.flatMap((service) => {
    const others = services.flatMap((other) => (other === service ? [] : (routes[other] ?? [])));
    return group(routes[service] ?? [], others).map((paths, index) => ({
      key: index === 0 ? service : `${service}:${paths[0] ?? ''}`,
      service,
      paths: [...paths].reverse(),
    }));
  });
  const priorities = prioritiesOf(rules);
  return rules
    .map((rule) => ({ ...rule, priority: priorities.get(rule) ?? 0 }))
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
