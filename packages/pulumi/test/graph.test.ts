import { type Plan, resolve } from '@breakwater/plan';
import {
  compareGraphs,
  evaluateStacks,
  type Graph,
  type GraphDifference,
  graphOf,
  planOfVariant,
  SYSTEM_NAMES,
  type SystemName,
  translatePulumi,
  type Variant,
} from '@breakwater/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templatesOf } from '../../cdk/test/conformance-target.ts';
import { anySystem } from './arbitrary-system.ts';
import { definitions, inspectPlan } from './conformance-target.ts';
import { MEANT, type Meant } from './graph-differences.ts';

const VARIANTS = ['dev', 'prod', 'domain', 'subscribers', 'canary'] as const satisfies readonly Variant[];

const known = new Map<string, Promise<{ readonly cdk: Graph; readonly pulumi: Graph }>>();

function graphs(system: SystemName, variant: Variant) {
  const key = `${system} ${variant}`;
  const found = known.get(key) ?? read(system, variant);
  known.set(key, found);
  return found;
}

const read = (system: SystemName, variant: Variant) => graphsOf(planOfVariant(definitions, system, variant));

async function graphsOf(plan: Plan) {
  const { registrations, outputs } = await inspectPlan(plan);
  return {
    cdk: graphOf(evaluateStacks(templatesOf(plan, { validated: false }), plan)),
    pulumi: graphOf(translatePulumi(registrations, outputs, plan)),
  };
}

const meant = ({ type, resource, path }: GraphDifference): Meant | undefined =>
  MEANT.find(
    (each) =>
      each.type === type &&
      (each.path ?? '') === path &&
      (each.resource === undefined || each.resource.test(resource)),
  );

const unmeant = (left: Graph, right: Graph): readonly GraphDifference[] =>
  compareGraphs(left, right).filter((each) => meant(each) === undefined);

const cases = SYSTEM_NAMES.flatMap((system) => VARIANTS.map((variant) => [system, variant] as const));

describe('CDK and Pulumi create the same', () => {
  test.each(cases)('%s, %s', async (system, variant) => {
    const { cdk, pulumi } = await graphs(system, variant);
    expect(pulumi.size).toBeGreaterThan(50);
    expect(unmeant(cdk, pulumi)).toEqual([]);
  });

  test('every difference that is meant is there', async () => {
    const used = new Set<Meant | undefined>();
    for (const [system, variant] of cases) {
      const { cdk, pulumi } = await graphs(system, variant);
      for (const each of compareGraphs(cdk, pulumi)) used.add(meant(each));
    }
    expect(MEANT.filter((each) => !used.has(each))).toEqual([]);
  });

  test('so do systems that nobody has thought of', async () => {
    await fc.assert(
      fc.asyncProperty(anySystem, async (definition) => {
        const { plan } = resolve(definition, { env: 'dev' });
        // What resolve refuses never gets to a target.
        fc.pre(plan !== null);
        if (plan === null) return;
        const { cdk, pulumi } = await graphsOf(plan);
        expect(pulumi.size).toBeGreaterThan(20);
        expect(unmeant(cdk, pulumi)).toEqual([]);
      }),
      // Others in each run; the seed of one that fails is in the message. No limit of time: fast-check would leave the run under way,
      // and only one program can be inspected at a time.
      { numRuns: 8 },
    );
  }, 60_000);
});

/** The same value with its first leaf changed. */
function changed(value: unknown): unknown {
  if (Array.isArray(value)) return [changed(value[0]), ...value.slice(1)];
  if (typeof value !== 'object' || value === null) return `${value} and more`;
  const [first, ...rest] = Object.entries(value);
  return first === undefined ? 'something' : Object.fromEntries([[first[0], changed(first[1])], ...rest]);
}

/** Whether the comparison is told to overlook a property of a kind, or a part of it. */
const overlooked = (kind: string, property: string): boolean =>
  MEANT.some(({ type, path }) => type === kind && path?.split(/[.[]/)[0] === property);

describe('the comparison', () => {
  const kindOf = (key: string) => key.split(' ')[0] ?? '';

  /** One resource of each kind that any of the systems has, with the graphs that it is in. */
  async function oneOfEachKind() {
    const found = new Map<string, { key: string; cdk: Graph; pulumi: Graph }>();
    for (const [system, variant] of cases) {
      const { cdk, pulumi } = await graphs(system, variant);
      for (const key of pulumi.keys())
        if (cdk.has(key) && !found.has(kindOf(key))) found.set(kindOf(key), { key, cdk, pulumi });
    }
    return found;
  }

  test('notices of every kind that one is missing, at either side, and says which', async () => {
    const kinds = await oneOfEachKind();
    expect(kinds.size).toBeGreaterThan(40);
    const without = (graph: Graph, key: string) => new Map([...graph].filter(([each]) => each !== key));
    for (const [kind, { key, cdk, pulumi }] of kinds) {
      const resource = key.slice(kind.length + 1);
      const at = { type: kind, resource, path: '' };
      expect(unmeant(cdk, without(pulumi, key)), key).toEqual([expect.objectContaining(at)]);
      expect(unmeant(without(cdk, key), pulumi), key).toEqual([expect.objectContaining(at)]);
    }
  });

  test('notices of every kind that a property is changed, taken away or added, and says where', async () => {
    const unnoticed: string[] = [];
    for (const [kind, { key, cdk, pulumi }] of await oneOfEachKind()) {
      const properties = pulumi.get(key) ?? {};
      const told = (seeded: Readonly<Record<string, unknown>>, property: string) => {
        const differences = unmeant(cdk, new Map([...pulumi, [key, seeded]]));
        const [first, ...others] = differences.filter(
          ({ type, resource, path }) => `${type} ${resource}` === key && path.split(/[.[]/)[0] === property,
        );
        return first !== undefined && differences.length === 1 + others.length;
      };
      expect(Object.keys(properties).length, key).toBeGreaterThan(0);
      for (const [property, value] of Object.entries(properties)) {
        if (overlooked(kind, property)) continue;
        const { [property]: _, ...rest } = properties;
        if (!told({ ...properties, [property]: changed(value) }, property))
          unnoticed.push(`${key} ${property}`);
        if (!told(rest, property)) unnoticed.push(`${key} without ${property}`);
      }
      if (!told({ ...properties, Seeded: 'x' }, 'Seeded')) unnoticed.push(`${key} with Seeded`);
    }
    expect(unnoticed).toEqual([]);
  });

  test('has a reason for each kind that only one of the targets has', async () => {
    const lonely = new Set<string>();
    for (const [system, variant] of cases) {
      const { cdk, pulumi } = await graphs(system, variant);
      for (const [mine, theirs] of [
        [cdk, pulumi],
        [pulumi, cdk],
      ] as const)
        for (const key of mine.keys()) if (!theirs.has(key)) lonely.add(kindOf(key));
    }
    const explained = new Set(MEANT.filter(({ path }) => path === null).map(({ type }) => type));
    expect([...lonely].filter((kind) => !explained.has(kind))).toEqual([]);
  });
});
