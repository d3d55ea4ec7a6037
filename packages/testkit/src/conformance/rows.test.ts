import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conformanceGaps, renderConformance } from './report.ts';
import { ROWS } from './rows/index.ts';
import { conformanceCases } from './run.ts';
import { SYSTEM_NAMES, VARIANTS } from './variants.ts';

const rows = ROWS.flatMap((group) => group.rows);
const root = join(import.meta.dirname, '..', '..', '..', '..');

describe('the rows', () => {
  test('have ids of their own, under the system that they belong to', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const group of ROWS)
      for (const { id } of group.rows) expect(id.startsWith(`${group.system}/`), id).toBe(true);
    expect(ROWS.map(({ system }) => system)).toEqual(['common', ...SYSTEM_NAMES]);
  });

  test('have expectations with names of their own, or say what shows them', () => {
    for (const { id, expectations, shownBy = [] } of rows) {
      expect(expectations.length + shownBy.length, id).toBeGreaterThan(0);
      expect(new Set(expectations.map(({ name }) => name)).size, id).toBe(expectations.length);
    }
  });

  test('name tests that exist', () => {
    const named = rows.flatMap(({ shownBy = [] }) => shownBy.flatMap(({ tests }) => tests));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('are read from every system and every variant', () => {
    const cases = conformanceCases();
    for (const system of SYSTEM_NAMES)
      for (const { id, expectations } of ROWS[0]?.rows ?? [])
        if (expectations.length > 0)
          expect(
            cases.some((each) => each.system === system && each.row.id === id),
            `${system} ${id}`,
          ).toBe(true);
    expect(new Set(cases.map(({ variant }) => variant))).toEqual(new Set(Object.keys(VARIANTS)));
  });
});

describe('the page', () => {
  const run = { target: 'CDK', test: 'packages/cdk/test/conformance.test.ts' };
  const row = { id: 'common/a', requirement: 'A.', expectations: [{ name: 'x | y', check: () => {} }] };
  const group = { system: 'common', title: 'Common', rows: [row] } as const;

  test('has a line for each expectation and each row', () => {
    const page = renderConformance(ROWS, [run]);
    for (const { id, expectations } of rows) {
      expect(page).toContain(`### ${id}\n`);
      for (const { name } of expectations) expect(page).toContain(`| ${name} |`);
    }
  });

  test('names what is not shown: targets without a run, rows and parts without a test', () => {
    const empty = { id: 'common/b', requirement: 'B.', expectations: [] };
    const part = { ...empty, id: 'common/c', shownBy: [{ what: 'a thing', reason: 'why', tests: [] }] };
    expect(
      conformanceGaps([{ ...group, rows: [row, empty, part] }], [run, { target: 'P', test: null }]),
    ).toEqual([
      'P: does not run the suite yet.',
      'common/c: no test yet shows a thing.',
      'common/b: nothing shows this row.',
    ]);
    expect(conformanceGaps([group], [run])).toEqual([]);
  });

  test('keeps a bar within its cell', () => {
    expect(renderConformance([group], [run])).toContain('| x \\| y | `dev` |');
  });
});
