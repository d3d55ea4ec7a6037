import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePath } from './normalize-path.ts';
import { compilePathPattern, PATH_PATTERN_MAX_LENGTH, pathPatternProblem } from './path-pattern.ts';

const matches = (pattern: string, path: string) => compilePathPattern(pattern)(path);

/** The plainest reference there is: tries every way to match. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head, rest] = [pattern[0], pattern.slice(1)];
  if (head === '*') return naive(rest, text) || (text !== '' && naive(pattern, text.slice(1)));
  return text !== '' && (head === '?' || head === text[0]) && naive(rest, text.slice(1));
}

describe('a path pattern', () => {
  it('is case-sensitive', () => {
    expect(matches('/Api/*', '/Api/x')).toBe(true);
    expect(matches('/Api/*', '/api/x')).toBe(false);
  });

  it('lets * stand for zero or more characters, slashes included', () => {
    expect(matches('/api/*', '/api/')).toBe(true);
    expect(matches('/api/*', '/api/a/b/c')).toBe(true);
    expect(matches('/a*/z', '/a/b/c/z')).toBe(true);
    expect(matches('*.png', '/img/a.png')).toBe(true);
    expect(matches('/a*b*c', '/abcbc')).toBe(true);
    expect(matches('/a*bc', '/abc')).toBe(true);
    expect(matches('/ab*bc', '/abc')).toBe(false);
  });

  it('does not match the folder itself with /img/*', () => {
    expect(matches('/img/*', '/img')).toBe(false);
  });

  it('lets ? stand for exactly one character', () => {
    expect(matches('/v?/x', '/v1/x')).toBe(true);
    expect(matches('/v?/x', '/v/x')).toBe(false);
    expect(matches('/v?/x', '/v12/x')).toBe(false);
    expect(matches('/a*?c', '/abc')).toBe(true);
    expect(matches('/a*?c', '/ac')).toBe(false);
  });

  it('never looks at the query string', () => {
    expect(matches('/health', '/health?deep=1')).toBe(true);
    expect(matches('*secret*', '/open?secret')).toBe(false);
  });

  it('is applied to the normalized path, so that dots and escapes do not slip past a rule', () => {
    expect(matches('/admin/*', '/api/../admin/x')).toBe(true);
    expect(matches('/api/*', '/api/../admin/x')).toBe(false);
    expect(matches('/admin/*', '/%61dmin/x')).toBe(true);
    expect(matches('/admin/*', '/api/%2E%2e/admin/./x')).toBe(true);
    expect(normalizePath('/a/b/..')).toBe('/a/');
    expect(normalizePath('/../../a/.')).toBe('/a/');
    expect(normalizePath('/a%2fb%zz')).toBe('/a%2Fb%zz');
    expect(normalizePath('/a//b/.hidden')).toBe('/a//b/.hidden');
  });

  it('agrees with a naive matcher on every pattern and path', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 12 }).map((all) => all.join(''));
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '?'), { maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(matches(p, t)).toBe(naive(p, t));
      }),
      { numRuns: 5_000 },
    );
  });

  it('does bounded work on a pattern made to backtrack', () => {
    const compiled = compilePathPattern(`${'*a?'.repeat(40)}b`);
    // An exponential matcher would not come back from this.
    expect(compiled('a'.repeat(100_000))).toBe(false);
  });
});

describe('a problem with a path pattern', () => {
  it('is none for the patterns of the user guide', () => {
    for (const pattern of ['/img/*', '/img/*/pics', '/*', `/${'a'.repeat(127)}`, '/a_-.$~"\'@:+&b?']) {
      expect(pathPatternProblem(pattern)).toBeUndefined();
    }
  });

  it('is an empty pattern, more than 128 characters, a foreign character or a sixth wildcard', () => {
    expect(pathPatternProblem('')).toContain('empty');
    expect(pathPatternProblem('a'.repeat(PATH_PATTERN_MAX_LENGTH + 1))).toContain('129');
    expect(pathPatternProblem('/a b')).toContain('" "');
    expect(pathPatternProblem('/a%20b')).toContain('"%"');
    expect(pathPatternProblem('/*/*/*/*/*')).toBeUndefined();
    expect(pathPatternProblem('/*/*/*/*/*?')).toContain('6 wildcards');
  });
});
