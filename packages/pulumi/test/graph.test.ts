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
import { describe, expect, test } from 'vitest';
import { templatesOf } from '../../cdk/test/conformance-target.ts';
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

async function read(system: SystemName, variant: Variant) {
  const plan = planOfVariant(definitions, system, variant);
  const { registrations, outputs } = await inspectPlan(plan);
  return {
    cdk: graphOf(evaluateStacks(templatesOf(plan), plan)),
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

  test('a difference in any kind of resource is noticed: one missing, one property changed', async () => {
    const unnoticed: string[] = [];
    const kinds = new Set<string>();
    for (const [system, variant] of cases) {
      const { cdk, pulumi } = await graphs(system, variant);
      for (const [key, properties] of pulumi) {
        const kind = key.split(' ')[0] ?? '';
        if (kinds.has(kind)) continue;
        kinds.add(kind);
        if (unmeant(cdk, new Map([...pulumi].filter(([each]) => each !== key))).length === 0)
          unnoticed.push(`${key} missing`);
        for (const property of Object.keys(properties)) {
          const changed = new Map([...pulumi, [key, { ...properties, [property]: 'something else' }]]);
          const isMeant = MEANT.some(
            ({ type, path }) => type === kind && path?.split(/[.[]/)[0] === property,
          );
          if (!isMeant && unmeant(cdk, changed).length === 0) unnoticed.push(`${key} ${property}`);
        }
      }
    }
    expect(kinds.size).toBeGreaterThan(40);
    expect(unnoticed).toEqual([]);
  });
});
