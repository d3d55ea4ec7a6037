import type { CheckedSystem } from './checked-system.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/index.ts';

/** What our own rules find in a plan and its templates. */
export function applyRules(system: CheckedSystem, rules: readonly Rule[] = RULES): readonly Finding[] {
  return rules.flatMap((rule) =>
    rule.find(system).map((hit) => ({
      id: rule.id,
      severity: hit.severity ?? rule.severity,
      where: hit.where,
      what: hit.what,
      why: rule.why,
      fix: hit.fix ?? rule.fix,
      source: 'breakwater' as const,
      acknowledged: null,
    })),
  );
}
