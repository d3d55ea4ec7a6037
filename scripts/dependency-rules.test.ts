import { expect, test } from 'vitest';
import { breaches } from './dependency-rules.mjs';

const clean = {
  name: '@breakwater/plan',
  dependencies: [],
  imports: [{ file: 'packages/plan/src/a/b.ts', from: '../c.ts' }],
};

test('a package that keeps to the rules has no breach', () => {
  expect(breaches([clean])).toEqual([]);
});

test.each([
  [
    'a dependency that points upwards',
    { dependencies: ['@breakwater/local'] },
    /declares @breakwater\/local/,
  ],
  [
    'an import that points upwards',
    { imports: [{ file: 'packages/plan/src/a.ts', from: '@breakwater/behaviour' }] },
    /may not depend on/,
  ],
  [
    'a Node module in a package that only computes',
    { imports: [{ file: 'packages/plan/src/a.ts', from: 'node:fs' }] },
    /only computes/,
  ],
  [
    'a path into another package',
    { imports: [{ file: 'packages/plan/src/a.ts', from: '../../local/src/x.ts' }] },
    /reaches out/,
  ],
  [
    'a library that is not declared',
    { imports: [{ file: 'packages/plan/src/a.ts', from: 'left-pad' }] },
    /does not declare/,
  ],
])('%s is a breach', (_what, change, sentence) => {
  expect(breaches([{ ...clean, ...change }]).join('\n')).toMatch(sentence);
});

test('a package that nobody described is a breach', () => {
  expect(breaches([{ ...clean, name: '@breakwater/new' }]).join('\n')).toMatch(/is not in/);
});

test('the inside of another package is not public', () => {
  const local = {
    name: '@breakwater/local',
    dependencies: ['@breakwater/plan'],
    imports: [{ file: 'packages/local/src/a.ts', from: '@breakwater/plan/src/x.ts' }],
  };
  expect(breaches([local]).join('\n')).toMatch(/only the package's own entry points/);
  const plan = { name: '@breakwater/plan', dependencies: [], imports: [], entries: ['.', './src/x.ts'] };
  expect(breaches([local, plan])).toEqual([]);
});
