import type { CheckResult, VerifyReport } from '../report.ts';

/** How words are coloured; leave out for plain text. */
export type PaintState = (state: CheckResult['state'], word: string) => string;

const WORDS: Readonly<Record<CheckResult['state'], string>> = {
  passed: 'ok',
  failed: 'FAILED',
  skipped: 'skipped',
};

/**
 * One check as one line:
 *
 *     ok      network.nat-gateways  NAT gateways are available in their zones
 *     FAILED  tables.sessions.ttl   items of sessions-dev expire as planned: expected expiry by expiry, found expiry by none
 */
export function renderCheck(check: CheckResult, idWidth = 0, paint: PaintState = (_, word) => word): string {
  const word = WORDS[check.state];
  const head = `${paint(check.state, word)}${' '.repeat(8 - word.length)}${check.id.padEnd(idWidth)}  ${check.title}`;
  switch (check.state) {
    case 'passed':
      return head;
    case 'failed':
      return `${head}: expected ${check.expected}; found ${check.found}`;
    case 'skipped':
      return `${head}: ${check.reason}`;
  }
}

/** All checks, one line each, and the sum. */
export function renderVerifyText(report: VerifyReport, paint?: PaintState): string {
  const width = Math.max(0, ...report.checks.map(({ id }) => id.length));
  return [
    ...report.checks.map((check) => renderCheck(check, width, paint)),
    '',
    renderVerifySummary(report),
  ].join('\n');
}

/** `catalog dev in ap-southeast-2: 118 passed, 2 failed, 3 skipped in 6.2 s` */
export function renderVerifySummary(report: VerifyReport): string {
  const seconds = (report.durationMs / 1000).toFixed(1);
  return `${report.system} ${report.env} in ${report.region}: ${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped in ${seconds} s`;
}
