import type { ListenerRule, RuleCondition } from './listener-rules.ts';
import { RULE_PRIORITY_RANGE } from './listener-rules.ts';
import { countWildcards, pathPatternProblem, RULE_MAX_WILDCARDS } from './path-pattern.ts';

/** Most condition values in one rule. Documented on the quota page: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html}. */
export const RULE_MAX_VALUES = 5;

/** Most values in one condition. Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html}. */
export const CONDITION_MAX_VALUES = 3;

const ONCE_PER_RULE = new Set(['host-header', 'http-request-method', 'path-pattern', 'source-ip']);

/**
 * Everything about a listener's rules that the load balancer would refuse, as sentences; empty when it is fine.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function listenerRuleProblems<Action>(rules: readonly ListenerRule<Action>[]): readonly string[] {
  const problems: string[] = [];
  const priorities = new Set<number>();
  for (const rule of rules) {
    const { min, max } = RULE_PRIORITY_RANGE;
    if (!Number.isInteger(rule.priority) || rule.priority < min || rule.priority > max) {
      problems.push(`Rule priority ${rule.priority} is not a whole number from ${min} to ${max}.`);
    }
    if (priorities.has(rule.priority)) {
      problems.push(`Two rules have priority ${rule.priority}; give each its own.`);
    }
    priorities.add(rule.priority);
    problems.push(...conditionProblems(rule.conditions).map((text) => `Rule ${rule.priority}: ${text}`));
  }
  return problems;
}

function conditionProblems(conditions: readonly RuleCondition[]): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  let values = 0;
  let wildcards = 0;
  if (conditions.length === 0) problems.push('it has no condition; only the default rule may have none.');
  for (const condition of conditions) {
    if (ONCE_PER_RULE.has(condition.field) && seen.has(condition.field)) {
      problems.push(`it has two ${condition.field} conditions; put the values into one.`);
    }
    seen.add(condition.field);
    values += condition.values.length;
    if (condition.values.length === 0) problems.push(`its ${condition.field} condition has no value.`);
    if (condition.values.length > CONDITION_MAX_VALUES) {
      problems.push(
        `its ${condition.field} condition has ${condition.values.length} values; at most ${CONDITION_MAX_VALUES} are allowed.`,
      );
    }
    for (const value of condition.values) {
      const text = typeof value === 'string' ? value : `${value.key ?? ''}${value.value}`;
      wildcards += countWildcards(text);
      if (condition.field === 'path-pattern') {
        const problem = pathPatternProblem(text);
        if (problem !== undefined) problems.push(problem);
      }
      if (condition.field === 'host-header' && !text.includes('.')) {
        problems.push(`the host "${text}" has no dot; write the full name, such as shop.example.com.`);
      }
    }
  }
  if (values > RULE_MAX_VALUES) {
    problems.push(`it has ${values} condition values; at most ${RULE_MAX_VALUES} are allowed.`);
  }
  if (wildcards > RULE_MAX_WILDCARDS) {
    problems.push(`it has ${wildcards} wildcards; at most ${RULE_MAX_WILDCARDS} are allowed.`);
  }
  return problems;
}
