import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSpecificity, covers, overlaps } from './patterns.ts';

/** Whether a pattern matches a path, by a regular expression: written apart from the code under test. */
const matches = (pattern: string, path: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  ).test(path);

const pattern = fc.stringMatching(/^\/[ab*?]{0,5}$/);

/** Every path of up to five characters after the slash that the patterns here can tell apart. */
const PATHS = (function all(length: number): readonly string[] {
  if (length === 0) return ['/'];
  const shorter = all(length - 1);
  return [
    ...shorter,
    ...shorter
      .filter((path) => path.length === length)
      .flatMap((path) => ['a', 'b', 'c'].map((next) => path + next)),
  ];
})(5);

describe('covers', () => {
  test.each([
    ['/*', '/api/*', true],
    ['/api/*', '/*', false],
    ['/api/*', '/api', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/a*c', false],
    ['/a*', '/a?c', true],
    ['/*/x', '/a/b/x', true],
    ['/a', '/a', true],
  ])('%s over %s: %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  test('never says yes where a path of the narrow pattern escapes the wide one', () => {
    fc.assert(
      fc.property(pattern, pattern, (wide, narrow) => {
        if (!covers(wide, narrow)) return;
        for (const path of PATHS) if (matches(narrow, path)) expect(matches(wide, path)).toBe(true);
      }),
    );
  });
});

describe('overlaps', () => {
  test.each([
    ['/api/*', '/web/*', false],
    ['/api/*', '/api/v1', true],
    ['/*a', '/*b', false],
    ['/*a*', '/*b*', true],
    ['/a?', '/?b', true],
    ['/a??', '/a?', false],
    ['/abc*', '/a*wxyz', true],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });

  test('says yes wherever a path is matched by both, and only then', () => {
    const short = fc.stringMatching(/^\/[ab*?]{0,3}$/);
    fc.assert(
      fc.property(short, short, (one, other) => {
        // Two patterns of three characters that share a path share one of at most six.
        const shared = PATHS.some((path) => matches(one, path) && matches(other, path));
        if (shared) expect(overlaps(one, other)).toBe(true);
        else if (![one, other].every((each) => each.includes('*'))) expect(overlaps(one, other)).toBe(false);
      }),
    );
  });
});

describe('compareSpecificity', () => {
  test.each([
    ['/health', '/health*'],
    ['/api/v1/*', '/api/*'],
    ['/api/*/items', '/api/*'],
    ['/a?', '/a*'],
    ['/a?*', '/a*'],
    ['/a', '/?'],
  ])('%s is narrower than %s', (narrow, wide) => {
    expect(compareSpecificity(narrow, wide)).toBeLessThan(0);
    expect(compareSpecificity(wide, narrow)).toBeGreaterThan(0);
  });

  test('what is covered is never the wider one, and as narrow only where both match the same paths', () => {
    fc.assert(
      fc.property(pattern, pattern, (wide, narrow) => {
        if (!covers(wide, narrow)) return;
        const order = compareSpecificity(narrow, wide);
        expect(order).toBeLessThanOrEqual(0);
        if (order === 0) for (const path of PATHS) expect(matches(narrow, path)).toBe(matches(wide, path));
      }),
      { numRuns: 1000 },
    );
  });
});
