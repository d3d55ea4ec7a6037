import { Match } from 'aws-cdk-lib/assertions';
import { describe, it } from 'vitest';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

describe('cluster', () => {
  it('has Fargate and Fargate Spot, Container Insights, and the namespace of Service Connect', () => {
    const template = partsOf(planOf(payments)).template('foundation');
    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterName: 'payments-cluster-dev',
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
      ServiceConnectDefaults: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [],
    });
    template.hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', { Name: 'dev.local' });
  });

  it('has no namespace and no session log where nothing needs them', () => {
    const template = partsOf(planOf(shop)).template('foundation');
    template.resourceCountIs('AWS::ServiceDiscovery::PrivateDnsNamespace', 0);
    template.hasResourceProperties('AWS::ECS::Cluster', {
      Configuration: Match.absent(),
      ServiceConnectDefaults: Match.absent(),
    });
  });

  it('has the providers of the plan and no other', () => {
    const plan = planOf(shop);
    partsOf({ ...plan, cluster: { ...plan.cluster, capacityProviders: ['FARGATE'] } })
      .template('foundation')
      .hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
        CapacityProviders: ['FARGATE'],
      });
  });
});
