import { normalizePath } from './normalize-path.ts';
import { compileWildcard } from './wildcard.ts';

/** Decides whether a request path matches one path pattern. A query string after `?` is ignored. */
export type PathMatcher = (path: string) => boolean;

/** Longest path pattern, in characters. Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html}. */
export const PATH_PATTERN_MAX_LENGTH = 128;

/**
 * Most wildcards (`*` and `?`) in one rule. The rule page says 5, the quota page 6; the smaller is safe.
 * Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html}.
 */
export const RULE_MAX_WILDCARDS = 5;

const ALLOWED = /^[A-Za-z0-9_\-.$/~"'@:+&*?]$/;

/**
 * Compiles a path-pattern condition value. Case-sensitive; `*` is zero or more characters and crosses `/`;
 * `?` is exactly one. Only the path counts, never the query string, and it counts as {@link normalizePath} leaves it.
 * `/img/*` does not match `/img`.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 * @example compilePathPattern('/api/*')('/api/products/1?limit=5') // true
 */
export function compilePathPattern(pattern: string): PathMatcher {
  const matches = compileWildcard(pattern, { caseSensitive: true });
  return (path) => {
    const query = path.indexOf('?');
    return matches(normalizePath(query < 0 ? path : path.slice(0, query)));
  };
}

/**
 * What makes a path pattern one that the load balancer would refuse, as a sentence; undefined when it is fine.
 *
 * @example pathPatternProblem('/a b') // 'The path pattern "/a b" contains " ", which …'
 */
export function pathPatternProblem(pattern: string): string | undefined {
  if (pattern === '') return 'The path pattern is empty. Use "/*" to match every path.';
  if (pattern.length > PATH_PATTERN_MAX_LENGTH) {
    return `The path pattern has ${pattern.length} characters; at most ${PATH_PATTERN_MAX_LENGTH} are allowed. Shorten it or use a wildcard.`;
  }
  for (const character of pattern) {
    if (!ALLOWED.test(character)) {
      return `The path pattern "${pattern}" contains "${character}", which the load balancer does not allow. Use letters, digits and _-.$/~"'@:+& with the wildcards * and ?.`;
    }
  }
  const wildcards = countWildcards(pattern);
  if (wildcards > RULE_MAX_WILDCARDS) {
    return `The path pattern "${pattern}" has ${wildcards} wildcards; a rule may have at most ${RULE_MAX_WILDCARDS}. Use fewer * and ?.`;
  }
  return undefined;
}

/** Number of `*` and `?` in a pattern. */
export function countWildcards(pattern: string): number {
  let count = 0;
  for (const character of pattern) if (character === '*' || character === '?') count++;
  return count;
}
