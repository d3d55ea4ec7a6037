import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, planRules, unreachable } from './rules.ts';

/** Whether a pattern matches a path, by a regular expression: written apart from the code under test. */
const matches = (pattern: string, path: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  ).test(path);

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
    const pattern = fc.stringMatching(/^\/[ab*?]{0,5}$/);
    fc.assert(
      fc.property(
        pattern,
        pattern,
        fc.array(fc.constantFrom('', 'a', 'b', 'ab', 'c'), { minLength: 10, maxLength: 10 }),
        (wide, narrow, fills) => {
          if (!covers(wide, narrow)) return;
          let index = 0;
          const path = narrow.replace(/[*?]/g, (wildcard) =>
            wildcard === '*' ? (fills[index++ % 10] ?? '') : (fills[index++ % 10] ?? '').slice(0, 1) || 'c',
          );
          expect(matches(wide, path)).toBe(true);
        },
      ),
    );
  });
});

describe('planRules', () => {
  test('a service whose paths meet no other has one rule', () => {
    expect(planRules({ catalog: ['/api/*', '/health'] })).toEqual([
      { service: 'catalog', paths: ['/health', '/api/*'] },
    ]);
  });

  test('narrower paths of one service come before wider ones of another', () => {
    const rules = planRules({ web: ['/*'], api: ['/api/*', '/about'] });
    expect(rules.map(({ service, paths }) => [service, ...paths])).toEqual([
      ['api', '/about'],
      ['api', '/api/*'],
      ['web', '/*'],
    ]);
    expect(unreachable(rules)).toEqual([]);
  });

  test('where no pattern covers the other, the longer beginning is tried first', () => {
    const rules = planRules({ a: ['/a*wxyz'], b: ['/abc*'], c: ['/*'] });
    expect(rules.map(({ service }) => service)).toEqual(['b', 'a', 'c']);
  });

  test('a rule holds at most five paths and five wildcards', () => {
    const rules = planRules({ web: Array.from({ length: 12 }, (_, index) => `/p${index}/*`) });
    for (const { paths } of rules) expect(paths.length).toBeLessThanOrEqual(5);
    expect(rules.flatMap(({ paths }) => paths)).toHaveLength(12);
  });

  test('the order of services does not matter', () => {
    const routes = { a: ['/x/*', '/y'], b: ['/x/y', '/*'], c: ['/z'] };
    expect(planRules(Object.fromEntries(Object.entries(routes).reverse()))).toEqual(planRules(routes));
  });

  test('what is not marked unreachable can be reached', () => {
    const pattern = fc.stringMatching(/^\/[ab]{0,2}(?:\*|\/[ab*?]{0,2})?$/);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('s', 't', 'u'), fc.uniqueArray(pattern, { maxLength: 3 })),
        (routes) => {
          const rules = planRules(routes);
          const dead = new Set(unreachable(rules).map(({ service, path }) => `${service} ${path}`));
          for (const [index, rule] of rules.entries()) {
            for (const path of rule.paths) {
              if (dead.has(`${rule.service} ${path}`)) continue;
              for (const earlier of rules.slice(0, index))
                if (earlier.service !== rule.service)
                  for (const wide of earlier.paths) expect(covers(wide, path)).toBe(false);
            }
          }
        },
      ),
    );
  });
});
