import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as exported from '../index.ts';
import { areaOf } from './behaviour.ts';
import { behaviours } from './behaviours.ts';
import { renderBehaviours } from './render-behaviours.ts';
import { SOURCES } from './sources.ts';

const src = join(import.meta.dirname, '..');
const areas = readdirSync(src, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'fidelity')
  .map((entry) => entry.name);
const files = areas.flatMap((area) => readdirSync(join(src, area)).map((name) => `${area}/${name}`));
const values: Readonly<Record<string, unknown>> = exported;

/** Text of all tests of an area. */
function testsOf(area: string): string {
  return files
    .filter((file) => file.startsWith(`${area}/`) && file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n');
}

describe('the table of behaviours', () => {
  it('has an entry for every module, and no entry for a module that is gone', () => {
    const modules = files.filter((file) => !file.endsWith('.test.ts')).sort();
    expect([...new Set(behaviours.map((one): string => one.module))].sort()).toEqual(modules);
  });

  it('names a test that exists, for every entry', () => {
    const missing = behaviours.filter((one) => !testsOf(areaOf(one)).includes(`('${one.test}',`));
    expect(missing.map((one) => `${one.id}: ${one.test}`)).toEqual([]);
  });

  it('names constants that are exported, for every entry', () => {
    const names = behaviours.flatMap((one) => one.constants);
    expect(names.filter((name) => values[name] === undefined)).toEqual([]);
  });

  it('has each id once, in its own area, and uses every source', () => {
    const ids = behaviours.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of behaviours) expect(one.id.startsWith(`${areaOf(one)}.`)).toBe(true);
    const used = new Set<string>(behaviours.map((one) => one.source));
    expect(Object.keys(SOURCES).filter((key) => !used.has(key))).toEqual([]);
  });

  it('shows every exported constant that is observed or inferred', () => {
    const named = new Set(behaviours.flatMap((one) => one.constants));
    const unsure = files
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => [
        ...readFileSync(join(src, file), 'utf8').matchAll(
          /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const ([A-Z_\d]+)\b/g,
        ),
      ])
      .filter(([, comment = '']) => /\b(inferred|observed)\b/i.test(comment))
      .map(([, , name = '']) => name);
    expect(unsure.length).toBeGreaterThan(10);
    expect(unsure.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('the page of behaviours', () => {
  it('shows every behaviour with its source, mark, numbers and test', () => {
    const page = renderBehaviours(behaviours, values);
    for (const one of behaviours) {
      expect(page).toContain(one.statement);
      expect(page).toContain(`\`${one.id}\`, **${one.mark}**, [source](${SOURCES[one.source]})`);
      expect(page).toContain(`“${one.test}”`);
    }
    expect(page).toContain('`ALARM_LOW_RATIO` = `0.9`');
    expect(page).not.toContain('undefined');
  });
});
