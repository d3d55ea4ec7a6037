import { AREAS } from '../check.ts';
import type { CheckResult, VerifyReport } from '../report.ts';

/** JUnit's XML, as build servers read it: a suite per area, a case per check. */
export function renderVerifyJunit(report: VerifyReport): string {
  const suites = AREAS.flatMap((area) => {
    const checks = report.checks.filter((check) => check.area === area);
    return checks.length === 0 ? [] : [suite(area, checks)];
  });
  const name = `${report.system} ${report.env}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(name)}" tests="${report.checks.length}" failures="${report.failed}" skipped="${report.skipped}" time="${seconds(report.durationMs)}" timestamp="${new Date(report.startedAt).toISOString()}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(area: string, checks: readonly CheckResult[]): string {
  const count = (state: CheckResult['state']) => checks.filter((check) => check.state === state).length;
  const time = checks.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [
    `  <testsuite name="${escapeXml(area)}" tests="${checks.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${seconds(time)}">`,
    ...checks.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

function testCase(check: CheckResult): string {
  const open = `    <testcase classname="${escapeXml(check.area)}" name="${escapeXml(`${check.id}: ${check.title}`)}" time="${seconds(check.durationMs)}"`;
  switch (check.state) {
    case 'passed':
      return `${open}/>`;
    case 'failed': {
      const text = `expected ${check.expected}; found ${check.found}`;
      return `${open}>\n      <failure message="${escapeXml(text)}">${escapeXml(text)}</failure>\n    </testcase>`;
    }
    case 'skipped':
      return `${open}>\n      <skipped message="${escapeXml(check.reason ?? '')}"/>\n    </testcase>`;
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text for XML's content or attributes. Characters that XML 1.0 does not have at all become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
      .replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character] ?? character)
  );
}
