import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderTraps, TRAPS, type TrapTest } from './index.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const traps = TRAPS.flatMap((group) => group.traps);
const sources = new Map<string, string>();

function sourceOf(file: string): string {
  const path = join(root, file);
  const source = sources.get(file) ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
  sources.set(file, source);
  return source;
}

/** Whether a file has a test of that whole name, or a case of that code or id. */
function shows([file, name]: TrapTest): boolean {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?:\\(|\\[|\\brule: )\\s*(['"\`])${escaped}\\1`).test(sourceOf(file));
}

describe('the traps', () => {
  test('are 48, each under its own number', () => {
    expect(traps.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 48 }, (_, index) => index + 1),
    );
  });

  test('name tests that exist', () => {
    const missing = traps.flatMap(({ number, tests }) =>
      tests.filter((each) => !shows(each)).map(([file, name]) => `${number}: ${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('are shown by a test each', () => {
    expect(traps.filter(({ tests }) => tests.length === 0).map(({ number }) => number)).toEqual([]);
  });

  test('speak in sentences, with sources that can be opened', () => {
    for (const { number, title, what, avoided, remains = '.', source } of traps) {
      for (const text of [what, avoided, remains]) expect(text, `${number}`).toMatch(/\.$/);
      expect(title, `${number}`).not.toMatch(/\.$/);
      if (source !== null) expect(new URL(source).protocol, `${number}`).toBe('https:');
    }
  });
});

test('a name that no test has is found', () => {
  const file = 'packages/testkit/src/traps/traps.test.ts';
  expect(shows([file, 'are 48, each under its own number'])).toBe(true);
  expect(shows([file, 'are 48'])).toBe(false);
  expect(shows(['packages/testkit/src/traps/gone.test.ts', 'are 48, each under its own number'])).toBe(false);
});

test('the page has every trap with its tests', () => {
  const page = renderTraps(TRAPS);
  for (const { number, title, tests } of traps) {
    expect(page).toContain(`### ${number}. ${title}\n`);
    for (const [file] of tests) expect(page).toContain(`(../../${file})`);
  }
});

test('no page sends anyone to the latest aws-cdk', () => {
  const folders = [
    '',
    'docs',
    'docs/decisions',
    'systems/catalog',
    'systems/payments',
    'systems/shop',
    'systems/storefront',
  ];
  const pages = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  expect(pages.length).toBeGreaterThan(15);
  expect(pages.filter((page) => /npx aws-cdk(?!@2)|aws-cdk@latest/.test(sourceOf(page)))).toEqual([]);
});
