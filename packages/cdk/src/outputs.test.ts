import { CfnOutput, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import catalog from '../../../systems/catalog/breakwater.config.ts';
import payments from '../../../systems/payments/breakwater.config.ts';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import { addOutputs, partOfOutput } from './outputs.ts';
import { partsOf, planOf } from './parts/testing.ts';

describe('outputs', () => {
  it.each(Object.entries({ catalog, payments, shop, storefront }))(
    'of %s stand once each in a stack that the plan has',
    (_, definition) => {
      const plan = planOf(definition);
      const parts = plan.stacks.map(({ key }) => key);
      expect(plan.outputs.length).toBeGreaterThan(5);
      for (const output of plan.outputs) expect(parts).toContain(partOfOutput(plan, output));
    },
  );

  it('have exactly the keys of the plan', () => {
    const plan = planOf(payments);
    const parts = { plan, ...partsOf(plan) };
    for (const part of ['registries', 'foundation', 'data'] as const)
      addOutputs(Stack.of(parts[part]), plan, part, parts);
    const found = (['registries', 'foundation', 'data'] as const).map((part) =>
      Object.keys(parts.template(part).toJSON()['Outputs'] ?? {}).filter((key) => !key.startsWith('Publish')),
    );
    expect(found).toEqual([
      ['NotificationRegistryUri', 'OrderRegistryUri', 'PaymentRegistryUri'],
      ['LoadBalancerDnsName', 'LoadBalancerUrl', 'VpcId', 'ClusterName'],
      [
        'NotificationLogTableName',
        'OrderBookTableName',
        'PaymentLedgerTableName',
        'NotificationReceiptsBucketName',
        'OrderFilesBucketName',
        'PaymentFilesBucketName',
      ],
    ]);
  });

  it('can all stand in one stack', () => {
    const plan = planOf(catalog);
    const parts = { plan, ...partsOf(plan) };
    const stack = new Stack(parts.app, 'all');
    for (const { key } of plan.stacks) addOutputs(stack, plan, key, parts);
    const found = stack.node.children.filter((each) => each instanceof CfnOutput);
    expect(found.map((output) => stack.resolve(output.logicalId)).sort()).toEqual(
      plan.outputs.map(({ key }) => key).sort(),
    );
  });
});
