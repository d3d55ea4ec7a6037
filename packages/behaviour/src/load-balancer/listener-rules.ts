import { compileCidr } from './cidr.ts';
import { compilePathPattern } from './path-pattern.ts';
import { compileWildcard } from './wildcard.ts';

/** One key=value test of a query-string condition; without `key` the value may belong to any key. */
export interface QueryStringValue {
  readonly key?: string;
  readonly value: string;
}

/**
 * One condition of a listener rule. Values inside one condition are alternatives (OR).
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export type RuleCondition =
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | { readonly field: 'http-request-method'; readonly values: readonly string[] }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly values: readonly QueryStringValue[] }
  | { readonly field: 'source-ip'; readonly values: readonly string[] };

/** A listener rule: all conditions must hold (AND). `Action` is whatever the caller routes to. */
export interface ListenerRule<Action> {
  /** 1 to 50,000, unique in the listener; the lowest is tried first. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly action: Action;
}

/** What the conditions look at. */
export interface RuleRequest {
  readonly method: string;
  /** Path, with or without the query string; the query string is ignored by path patterns. */
  readonly path: string;
  /** Raw query string without the `?`; needed only for query-string conditions. */
  readonly query?: string;
  /** Value of the Host header, with or without port. */
  readonly host?: string | undefined;
  /** Header values by lower-case name. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address the connection comes from (not X-Forwarded-For). */
  readonly sourceIp?: string;
}

/** Rules sorted and compiled once, to be asked for every request. Made by {@link compileListenerRules}. */
export interface CompiledListenerRules<Action> {
  readonly rules: readonly CompiledRule<Action>[];
  readonly defaultAction: Action;
}

/** One rule with its conditions turned into a test. */
export interface CompiledRule<Action> {
  readonly priority: number;
  readonly action: Action;
  readonly matches: (request: RuleRequest) => boolean;
}

/** Which rule took a request; `priority` is `'default'` for the default rule. */
export interface SelectedRule<Action> {
  readonly priority: number | 'default';
  readonly action: Action;
}

/** Lowest and highest rule priority. */
export const RULE_PRIORITY_RANGE = { min: 1, max: 50_000 } as const;

/**
 * Sorts rules by priority and compiles their conditions. The default rule has no conditions and comes last.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function compileListenerRules<Action>(
  rules: readonly ListenerRule<Action>[],
  defaultAction: Action,
): CompiledListenerRules<Action> {
  const sorted = [...rules].sort((a, b) => a.priority - b.priority);
  return {
    rules: sorted.map((rule) => {
      const tests = rule.conditions.map(compileCondition);
      return {
        priority: rule.priority,
        action: rule.action,
        matches: (request) => tests.every((test) => test(request)),
      };
    }),
    defaultAction,
  };
}

/**
 * The rule that takes a request: the lowest priority whose conditions all hold, else the default rule.
 * @example selectRule(compileListenerRules([], 'not found'), { method: 'GET', path: '/' }).action // 'not found'
 */
export function selectRule<Action>(
  listener: CompiledListenerRules<Action>,
  request: RuleRequest,
): SelectedRule<Action> {
  for (const rule of listener.rules) if (rule.matches(request)) return rule;
  return { priority: 'default', action: listener.defaultAction };
}

type RequestTest = (request: RuleRequest) => boolean;

function compileCondition(condition: RuleCondition): RequestTest {
  switch (condition.field) {
    case 'path-pattern': {
      const matchers = condition.values.map(compilePathPattern);
      return ({ path }) => matchers.some((matches) => matches(path));
    }
    case 'host-header': {
      const matchers = condition.values.map((value) => compileWildcard(value, { caseSensitive: false }));
      return ({ host }) => {
        if (host === undefined) return false;
        const name = withoutPort(host);
        return matchers.some((matches) => matches(name));
      };
    }
    case 'http-request-method':
      return ({ method }) => condition.values.includes(method);
    case 'http-header': {
      const name = condition.name.toLowerCase();
      const matchers = condition.values.map((value) => compileWildcard(value, { caseSensitive: false }));
      return ({ headers }) => {
        const value = headers?.[name];
        if (value === undefined) return false;
        const values = typeof value === 'string' ? [value] : value;
        return values.some((one) => matchers.some((matches) => matches(one)));
      };
    }
    case 'query-string':
      return compileQueryString(condition.values);
    case 'source-ip': {
      const matchers = condition.values.map(compileCidr);
      return ({ sourceIp }) => sourceIp !== undefined && matchers.some((matches) => matches(sourceIp));
    }
  }
}

function compileQueryString(values: readonly QueryStringValue[]): RequestTest {
  const tests = values.map(({ key, value }) => ({
    key: key === undefined ? undefined : compileWildcard(key, { caseSensitive: false }),
    value: compileWildcard(value, { caseSensitive: false }),
  }));
  return ({ query }) => {
    if (query === undefined || query === '') return false;
    return query.split('&').some((pair) => {
      const equals = pair.indexOf('=');
      const key = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return tests.some((test) => (test.key === undefined || test.key(key)) && test.value(value));
    });
  };
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > 0 && host.indexOf(']', colon) < 0 ? host.slice(0, colon) : host;
}
