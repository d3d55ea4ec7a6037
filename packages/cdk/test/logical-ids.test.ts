import type { Plan } from '@breakwater/plan';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import catalog from '../../../systems/catalog/breakwater.config.ts';
import { planOf, systems } from '../../plan/test/systems.ts';
import { templatesOf } from './templates.ts';

/** What must never be replaced because somebody tidied up a definition. */
const PRECIOUS = new Set([
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::ECR::Repository',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::EC2::VPC',
]);

function idsOf(plan: Plan, only?: ReadonlySet<string>): readonly string[] {
  return [...templatesOf(plan)].flatMap(([stack, { Resources = {} }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => only === undefined || only.has(Type))
      .map(([id, { Type }]) => `${stack} ${id} ${Type}`),
  );
}

describe('logical ids', () => {
  test.each(Object.keys(systems))('%s: as they were', async (name) => {
    await expect(`${idsOf(planOf(systems[name])).join('\n')}\n`).toMatchFileSnapshot(
      `golden/${name}.logical-ids.txt`,
    );
  });

  test('the order in a definition changes none', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, reversed(each)]),
          );
    for (const definition of Object.values(systems))
      expect(idsOf(planOf(reversed(definition)))).toEqual(idsOf(planOf(definition)));
  });

  test('another service, whatever its name, changes none of what is there', () => {
    const before = idsOf(planOf(catalog));
    const service = { image: 'nginx:1.29', port: 80, routes: ['/other/*'] };
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/), (key) => {
        fc.pre(key !== 'catalog');
        const after = new Set(
          idsOf(planOf({ ...catalog, services: { ...catalog.services, [key]: service } })),
        );
        expect(before.filter((id) => !after.has(id))).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });

  test('what is precious keeps its id when a service gets another name', () => {
    const { catalog: service } = catalog.services;
    const renamed = planOf({ ...catalog, services: { products: service } });
    const kept = new Set([...PRECIOUS].filter((type) => type !== 'AWS::ECR::Repository'));
    expect(idsOf(renamed, kept)).toEqual(idsOf(planOf(catalog), kept));
  });
});
