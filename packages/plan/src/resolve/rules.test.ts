import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RULE_PRIORITY } from '../data/load-balancer.ts';
import { compareSpecificity, covers, overlaps } from './patterns.ts';
import { type PlannedRule, planRules, unreachable } from './rules.ts';

const pattern = fc.oneof(
  fc.stringMatching(/^\/[ab]{0,2}(?:\*|\/[ab*?]{0,2})?$/),
  fc.stringMatching(/^\/[a-e]{1,6}\/\*$/),
  fc.constantFrom('/*', '/health', '/api/*', '/api/*/items', '/api/*/items/*', '/*.css', '/api/v1/*'),
);

const routes = fc.dictionary(
  fc.constantFrom('s', 't', 'u', 'v', 'w'),
  fc.uniqueArray(pattern, { maxLength: 5 }),
);

const shown = (rules: readonly PlannedRule[]) => rules.map(({ service, paths }) => [service, ...paths]);

/** Whether one of the rule's patterns is narrower than one of the other's that can match the same path. */
const narrower = (a: PlannedRule, b: PlannedRule) =>
  a.paths.some((one) => b.paths.some((other) => compareSpecificity(one, other) < 0 && overlaps(one, other)));

describe('planRules', () => {
  test('a service whose paths meet no other has one rule', () => {
    expect(shown(planRules({ catalog: ['/api/*', '/health'] }))).toEqual([['catalog', '/health', '/api/*']]);
  });

  test('paths of other services around its own, or between those that share no requests with them, leave its rule whole', () => {
    const rules = planRules({ web: ['/*', '/static-files/*'], api: ['/api', '/api/*'], old: ['/api/v1/*'] });
    expect(shown(rules)).toEqual([
      ['old', '/api/v1/*'],
      ['api', '/api', '/api/*'],
      ['web', '/static-files/*', '/*'],
    ]);
    expect(unreachable(rules)).toEqual([]);
  });

  test('a path of another service between two of its own, which shares requests with the narrower, divides its rule', () => {
    const rules = planRules({ web: ['/*', '/api/docs/*'], api: ['/api/*'] });
    expect(shown(rules)).toEqual([
      ['web', '/api/docs/*'],
      ['api', '/api/*'],
      ['web', '/*'],
    ]);
    expect(rules.map(({ key }) => key)).toEqual(['web:/api/docs/*', 'api', 'web']);
  });

  test('where no pattern covers the other, the longer beginning is tried first', () => {
    const rules = planRules({ a: ['/a*wxyz'], b: ['/abc*'], c: ['/*'] });
    expect(rules.map(({ service }) => service)).toEqual(['b', 'a', 'c']);
  });

  test('a rule holds at most three paths and five wildcards', () => {
    const rules = planRules({
      web: Array.from({ length: 12 }, (_, index) => `/p${index}/*`),
      api: ['/a/**/b*', '/c/**'],
    });
    for (const { paths } of rules) expect(paths.length).toBeLessThanOrEqual(3);
    expect(rules.flatMap(({ paths }) => paths)).toHaveLength(14);
  });

  test('the order of services does not matter', () => {
    const given = { a: ['/x/*', '/y'], b: ['/x/y', '/*'], c: ['/z'] };
    expect(planRules(Object.fromEntries(Object.entries(given).reverse()))).toEqual(planRules(given));
  });

  test('what is not marked unreachable can be reached', () => {
    fc.assert(
      fc.property(routes, (given) => {
        const rules = planRules(given);
        const dead = new Set(unreachable(rules).map(({ service, path }) => `${service} ${path}`));
        for (const [index, rule] of rules.entries()) {
          for (const path of rule.paths) {
            if (dead.has(`${rule.service} ${path}`)) continue;
            for (const earlier of rules.slice(0, index))
              if (earlier.service !== rule.service)
                for (const wide of earlier.paths) expect(covers(wide, path)).toBe(false);
          }
        }
      }),
    );
  });
});

describe('priorities', () => {
  test('are unique, in range, and narrower first wherever two services can get the same request', () => {
    fc.assert(
      fc.property(routes, (given) => {
        const rules = planRules(given);
        const priorities = rules.map(({ priority }) => priority);
        expect(new Set(priorities).size).toBe(rules.length);
        expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
        for (const priority of priorities) {
          expect(priority).toBeGreaterThanOrEqual(RULE_PRIORITY.minimum);
          expect(priority).toBeLessThanOrEqual(RULE_PRIORITY.maximum);
        }
        for (const a of rules)
          for (const b of rules)
            if (a.service !== b.service && narrower(a, b)) expect(a.priority).toBeLessThan(b.priority);
      }),
      { numRuns: 1000 },
    );
  });

  test('another service moves a rule only where it wants the same number or has to come before it', () => {
    let compared = 0;
    let moved = 0;
    fc.assert(
      fc.property(routes, fc.uniqueArray(pattern, { maxLength: 3 }), (given, added) => {
        const before = planRules(given);
        const after = planRules({ ...given, added });
        if (unreachable(after).length > 0) return;
        for (const rule of before) {
          const same = after.find((each) => each.key === rule.key);
          if (same === undefined) continue;
          compared += 1;
          if (same.priority === rule.priority) continue;
          moved += 1;
          // Someone else has its number, or a narrower pattern for the same requests stands there or later.
          expect(
            after.some(
              (each) =>
                each !== same &&
                (each.priority === rule.priority || (each.priority > rule.priority && narrower(each, same))),
            ),
          ).toBe(true);
        }
      }),
      { numRuns: 1000, seed: 7 },
    );
    expect(compared).toBeGreaterThan(1000);
    expect(moved / compared).toBeLessThan(0.01);
  });

  test('a system that grows to eighty services, in any order, hardly ever moves a rule', () => {
    const paths = Array.from({ length: 80 }, (_, index): readonly [string, readonly string[]] => {
      const name = `${['order', 'payment', 'catalog', 'cart', 'search'][index % 5]}-${index}`;
      return [name, index % 3 === 0 ? [`/${name}`, `/${name}/*`] : [`/api/${name}/*`]];
    });
    let moved = 0;
    for (let count = 1; count < paths.length; count += 1) {
      const before = planRules(Object.fromEntries(paths.slice(0, count)));
      const after = planRules(Object.fromEntries(paths.slice(0, count + 1)));
      for (const rule of before)
        if (after.find((each) => each.key === rule.key)?.priority !== rule.priority) moved += 1;
    }
    // Of 3,160 comparisons.
    expect(moved).toBeLessThanOrEqual(3);
  });

  test("a service's widest rule keeps its number when its paths change for others that are as wide", () => {
    const [before] = planRules({ web: ['/alpha/*'] });
    const [after] = planRules({ web: ['/gamma/*', '/health'] });
    expect(after?.priority).toBe(before?.priority);
  });

  test('no rule of a service takes the number that another of its rules leaves, as both stand for a moment', () => {
    const paths = [
      '/one-long-path/*',
      '/two-paths/*',
      '/three/*',
      '/four/*',
      '/five',
      '/six',
      '/seven/*',
      '/*',
    ];
    const numbers = (given: readonly string[]) => planRules({ web: given });
    for (const left of paths) {
      const before = numbers(paths);
      for (const rule of numbers(paths.filter((path) => path !== left))) {
        const holder = before.find(({ priority }) => priority === rule.priority);
        expect(holder?.key ?? rule.key).toBe(rule.key);
      }
    }
  });
});
