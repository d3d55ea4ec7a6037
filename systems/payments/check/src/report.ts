import type { Findings, Violation } from './findings.ts';

/** The findings for people: counts, and violations by rule with the first few of each. */
export function report({ counts, violations }: Findings): string {
  const lines = [
    `${counts.orders} orders: ${counts.completed} completed, ${counts.rejected} rejected, ${counts.cancelled} cancelled, ${counts.notFinal} not final`,
    `${counts.charged} charges at the provider, ${counts.notifications} notifications`,
  ];
  const rules = new Map<string, Violation[]>();
  for (const one of violations) rules.set(one.rule, [...(rules.get(one.rule) ?? []), one]);
  for (const [rule, found] of rules) {
    lines.push(`${rule}: ${found.length}`);
    for (const { order, detail } of found.slice(0, 5)) lines.push(`  ${order}: ${detail}`);
  }
  lines.push(violations.length === 0 ? 'Every promise was kept.' : `${violations.length} violations.`);
  return lines.join('\n');
}
