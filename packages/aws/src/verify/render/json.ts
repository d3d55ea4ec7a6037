import type { VerifyReport } from '../report.ts';

/** The report as JSON, indented, with a line end. */
export function renderVerifyJson(report: VerifyReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
