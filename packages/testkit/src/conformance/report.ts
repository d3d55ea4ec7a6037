import type { Expectation, Row, RowGroup, ShownBy } from './rows/row.ts';
import { VARIANTS } from './variants.ts';

/** Where a target runs the suite; null while it does not. */
export interface ConformanceRun {
  readonly target: string;
  /** Test file, from the repository's root. */
  readonly test: string | null;
}

/** What is not shown, as sentences. */
export function conformanceGaps(
  groups: readonly RowGroup[],
  runs: readonly ConformanceRun[],
): readonly string[] {
  const rows = groups.flatMap((group) => group.rows);
  return [
    ...runs.filter(({ test }) => test === null).map(({ target }) => `${target}: does not run the suite yet.`),
    ...rows.flatMap(({ id, shownBy = [] }) =>
      shownBy
        .filter(({ tests }) => tests.length === 0)
        .map(({ what }) => `${id}: no test yet shows ${what}.`),
    ),
    ...rows
      .filter(({ expectations, shownBy = [] }) => expectations.length + shownBy.length === 0)
      .map(({ id }) => `${id}: nothing shows this row.`),
  ];
}

/** The reference page: each row of the requirements, what shows it, and what does not yet. */
export function renderConformance(groups: readonly RowGroup[], runs: readonly ConformanceRun[]): string {
  const rows = groups.flatMap((group) => group.rows);
  const expectations = rows.flatMap((row) => row.expectations);
  const gaps = conformanceGaps(groups, runs);
  return `${[
    '<!-- Written by scripts/generate-conformance-docs.mjs. Do not edit. -->',
    '# Conformance',
    '',
    'What the four reference systems require, row by row, and the tests that show it on what a target emits. One expectation is read',
    'from every target: each has a reader that puts its resources into the same words, and the suite in `packages/testkit` compares.',
    'Every expectation has been seen to fail on templates with one thing wrong.',
    '',
    `${rows.length} rows, ${expectations.length} expectations, ${gaps.length} gaps.`,
    '',
    '## Gaps',
    '',
    ...(gaps.length === 0 ? ['None.'] : gaps.map((gap) => `- ${gap}`)),
    '',
    '## Read from',
    '',
    'Expectations are read from the system as it is written, in environment `dev`, unless the table names one of these:',
    '',
    ...Object.entries(VARIANTS)
      .filter(([name]) => name !== 'dev')
      .map(([name, { meaning }]) => `- \`${name}\`: ${meaning}`),
    ...groups.flatMap((group) => [
      '',
      `## ${group.title}`,
      ...group.rows.flatMap((row) => renderRow(row, runs)),
    ]),
  ].join('\n')}\n`;
}

function renderRow(row: Row, runs: readonly ConformanceRun[]): readonly string[] {
  const { id, requirement, expectations, shownBy = [] } = row;
  const table = [
    '',
    `| expectation | read from | ${runs.map(({ target }) => target).join(' | ')} |`,
    `| --- | --- | ${runs.map(() => '---').join(' | ')} |`,
    ...expectations.map((expectation) => line(expectation, runs)),
  ];
  return [
    '',
    `### ${id}`,
    '',
    requirement,
    ...(expectations.length > 0 ? table : []),
    ...(shownBy.length > 0 ? ['', 'Shown elsewhere:', '', ...shownBy.map(elsewhere)] : []),
  ];
}

function line({ name, variant = 'dev', systems }: Expectation, runs: readonly ConformanceRun[]): string {
  const from = systems === undefined ? `\`${variant}\`` : `\`${variant}\` of ${systems.join(', ')}`;
  const cells = runs.map(({ test }) => (test === null ? '**gap**' : link(test, 'test')));
  return `| ${cell(name)} | ${from} | ${cells.join(' | ')} |`;
}

function elsewhere({ what, reason, tests }: ShownBy): string {
  const shown = tests.length === 0 ? '**gap**' : tests.map((test) => link(test, name(test))).join(', ');
  return `- ${what}: ${shown} (${reason})`;
}

const name = (path: string): string => path.split('/').at(-1) ?? path;
const link = (path: string, words: string): string => `[${words}](../../${path})`;
/** A bar would end the cell. */
const cell = (words: string): string => words.replaceAll('|', '\\|');
