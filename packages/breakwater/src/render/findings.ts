import type { Finding } from '@breakwater/cdk/check';
import type { Style } from '../terminal.ts';
import { plural } from './units.ts';

/** Findings for people: what, where, why, what to do; and how many were acknowledged before. */
export function renderFindings(findings: readonly Finding[], hidden: number, style: Style): string {
  const open = findings.filter(({ acknowledged }) => acknowledged === null);
  const count = (severity: Finding['severity']) => open.filter((each) => each.severity === severity).length;
  const sum = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    plural(count('info'), 'remark'),
    ...(hidden > 0 ? [`${hidden} acknowledged (--all shows them)`] : []),
  ].join(', ');
  return [...findings.map((finding) => renderFinding(finding, style)), `${sum}.`].join('\n\n');
}

function renderFinding(finding: Finding, style: Style): string {
  const { id, severity, where, what, why, fix, acknowledged } = finding;
  const paint = { error: style.red, warning: style.yellow, info: style.blue }[severity];
  const head = acknowledged === null ? paint(severity) : style.dim('acknowledged');
  return [
    `${head} ${style.bold(id)} ${where}`,
    `  ${what}`,
    `  ${style.dim(why)}`,
    acknowledged === null ? `  ${style.cyan('→')} ${fix}` : `  ${style.dim(`Acknowledged: ${acknowledged}`)}`,
  ].join('\n');
}
