import type { Diagnostic, Severity } from './diagnostic.ts';

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Findings by severity, then path, then code: the order in which they are shown. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...diagnostics].sort(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      compare(a.path, b.path) ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
}

/**
 * Findings for people: where, what, and what to do; a line with the numbers at the end. Empty text without findings.
 *
 * @example
 * error BW1001 services.catalog.scailing
 *   There is no option 'scailing' here.
 *   → Did you mean 'scaling'? …
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const blocks = sortDiagnostics(diagnostics).map(
    ({ code, severity, path, message, fix }) =>
      `${severity} ${code}${path === '' ? '' : ` ${path}`}\n  ${message}\n  → ${fix}`,
  );
  const count = (severity: Severity, one: string, many: string) => {
    const number = diagnostics.filter((each) => each.severity === severity).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  };
  const total = [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('info', 'note', 'notes'),
  ];
  return `${blocks.join('\n\n')}\n\n${total.join(', ')}\n`;
}
