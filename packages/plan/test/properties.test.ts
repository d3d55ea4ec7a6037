import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, overlaps, parseCidr } from '../src/cidr.ts';
import { NAME_RULES, type NameKind } from '../src/data/names.ts';
import { DIAGNOSTICS } from '../src/diagnostics/catalogue.ts';
import { formatDiagnostics } from '../src/diagnostics/format.ts';
import type { Plan } from '../src/plan/plan.ts';
import { resolve } from '../src/resolve/index.ts';
import { anyDefinition, rightDefinition } from './arbitrary-definition.ts';
import { planOf } from './systems.ts';

const RUNS = { numRuns: 60 };

/** Names of a plan by kind: what has to be within limits and unique. */
function namesOf(plan: Plan): readonly (readonly [NameKind, readonly string[]])[] {
  const services = Object.values(plan.services);
  return [
    ['cluster', [plan.cluster.name]],
    ['load-balancer', plan.loadBalancer === null ? [] : [plan.loadBalancer.name]],
    ['service', services.map(({ name }) => name)],
    ['task-family', services.map(({ taskFamily }) => taskFamily)],
    ['target-group', services.flatMap(({ ingress }) => ingress?.targetGroups.map(({ name }) => name) ?? [])],
    ['repository', services.flatMap(({ registry }) => (registry === null ? [] : [registry.name]))],
    [
      'role',
      services.flatMap(({ executionRole, taskRole, infrastructureRole }) => [
        executionRole.name,
        taskRole.name,
        ...(infrastructureRole === null ? [] : [infrastructureRole.name]),
      ]),
    ],
    ['scaling-policy', services.flatMap(({ scaling }) => scaling?.policies.map(({ name }) => name) ?? [])],
    ['log-group', Object.values(plan.logGroups).map(({ name }) => name)],
    ['security-group', plan.network.securityGroups.map(({ name }) => name)],
    [
      'database',
      Object.values(plan.databases).flatMap(({ name, engine, instances }) =>
        engine.kind === 'postgresql' ? [name] : [name, ...instances.map((each) => each.name)],
      ),
    ],
    [
      'database-group',
      Object.values(plan.databases).flatMap(({ subnetGroupName, parameterGroupName }) => [
        subnetGroupName,
        parameterGroupName,
      ]),
    ],
    ['table', Object.values(plan.tables).map(({ name }) => name)],
    ['bucket', Object.values(plan.buckets).map(({ name }) => name)],
    ['secret', Object.values(plan.secrets).map(({ name }) => name)],
    ['key-alias', Object.values(plan.keys).map(({ alias }) => alias)],
    ['alarm', Object.values(plan.alarms).map(({ name }) => name)],
    ['topic', Object.values(plan.topics).map(({ name }) => name)],
    ['dashboard', plan.dashboard === null ? [] : [plan.dashboard.name]],
  ];
}

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

const isFrozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozen));

describe('any definition', () => {
  test('resolves or yields diagnostics, and never throws', () => {
    fc.assert(
      fc.property(anyDefinition, fc.oneof(fc.constant('dev'), fc.anything()), (definition, env) => {
        // An author can hand in anything; that is the point.
        const { plan, diagnostics } = resolve(definition, { env: env as string });
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(plan === null).toBe(errors.length > 0);
        for (const { code, message, fix, path } of diagnostics) {
          const { message: raw, fix: remedy } = DIAGNOSTICS[code];
          for (const [placeholder] of `${raw} ${remedy}`.matchAll(
            /\{(?:actual|expected|known|suggestion|key|example|allowed)\}/g,
          )) {
            expect(`${message} ${fix}`).not.toContain(placeholder);
          }
          // A terminal shows them: no control character of the input may get through.
          expect(`${message}${fix}${path}`).not.toMatch(/\p{Cc}/u);
          expect(typeof path).toBe('string');
        }
        expect(formatDiagnostics(diagnostics)).toBeTypeOf('string');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a right definition', () => {
  test('resolves without an error', () => {
    fc.assert(
      fc.property(rightDefinition, (definition) => {
        planOf(definition);
      }),
      RUNS,
    );
  });

  test('gets names within the limits of their kinds, and unique', () => {
    fc.assert(
      fc.property(
        rightDefinition,
        fc.constantFrom('dev', 'pr4242', 'a-long-suffix-16'),
        (definition, env) => {
          for (const [kind, names] of namesOf(planOf(definition, env))) {
            const rule = NAME_RULES[kind];
            for (const name of names) {
              expect(name).toMatch(rule.pattern);
              expect(name.length).toBeLessThanOrEqual(rule.maximum);
              expect(name.length).toBeGreaterThanOrEqual(rule.minimum);
              // A partial ARN of such a name would be ambiguous.
              if (kind === 'secret') expect(name).not.toMatch(/-[A-Za-z0-9]{6}$/);
              if (!name.startsWith('/aws/rds/')) expect(name).toContain(env);
            }
            expect(
              new Set(names.map((name) => name.toLowerCase())).size,
              `${kind}: ${names.join(', ')}`,
            ).toBe(names.length);
          }
        },
      ),
      RUNS,
    );
  });

  test('gets subnets that lie in the VPC and never overlap', () => {
    fc.assert(
      fc.property(rightDefinition, (definition) => {
        const { cidr, subnets } = planOf(definition).network;
        const vpc = parseCidr(cidr);
        const ranges = subnets.map((subnet) => parseCidr(subnet.cidr));
        for (const [index, range] of ranges.entries()) {
          if (vpc === null || range === null) throw new Error('not a range');
          expect(contains(vpc, range)).toBe(true);
          for (const other of ranges.slice(0, index))
            expect(other !== null && overlaps(other, range)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test('gives the same bytes every time, whatever the order of its keys', () => {
    fc.assert(
      fc.property(rightDefinition, (definition) => {
        const first = JSON.stringify(planOf(definition));
        expect(JSON.stringify(planOf(structuredClone(definition)))).toBe(first);
        expect(JSON.stringify(planOf(reversed(definition)))).toBe(first);
      }),
      RUNS,
    );
  });

  test('gives a plan that is frozen, survives JSON unchanged and has an origin for every leaf', () => {
    fc.assert(
      fc.property(rightDefinition, (definition) => {
        const plan = planOf(definition);
        expect(isFrozen(plan)).toBe(true);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        expect(JSON.stringify(plan)).not.toContain('undefined');
        expect(leavesWithoutOrigin(plan)).toEqual([]);
      }),
      RUNS,
    );
  });
});

/** Paths of leaves, written here without the code under test, that no origin names. */
function leavesWithoutOrigin({ origins, ...plan }: Plan): readonly string[] {
  const visit = (value: unknown, path: string): readonly string[] => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      return Object.entries(value).flatMap(([key, each]) => {
        const part = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
        return visit(each, path === '' ? part : part.startsWith('[') ? `${path}${part}` : `${path}.${part}`);
      });
    }
    return Object.hasOwn(origins, path) ? [] : [path];
  };
  return visit(plan, '');
}
