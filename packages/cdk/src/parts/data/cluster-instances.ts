import type { DatabasePlan } from '@breakwater/plan';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { constructId } from '../../construct-id.ts';

type Instance = DatabasePlan['instances'][number];

function clusterInstance(
  { capacity, publiclyAccessible }: DatabasePlan,
  instance: Instance,
): rds.IClusterInstance {
  const options: rds.ClusterInstanceOptions = {
    instanceIdentifier: instance.name,
    publiclyAccessible,
  };
  if (capacity.kind === 'provisioned')
    return rds.ClusterInstance.provisioned(constructId(instance.key), {
      ...options,
      instanceType: new ec2.InstanceType(capacity.instanceClass.replace(/^db\./, '')),
      promotionTier: instance.promotionTier,
    });
  const serverless = rds.ClusterInstance.serverlessV2(constructId(instance.key), {
    ...options,
    scaleWithWriter: instance.role === 'reader' && instance.promotionTier <= 1,
  });
  return withPromotionTier(serverless, instance);
}

/** Serverless instances of the L2 construct only know tiers 0 to 2; the resource takes the plan's own. */
function withPromotionTier(
  instance: rds.IClusterInstance,
  { promotionTier }: Instance,
): rds.IClusterInstance {
  return {
    bind: (scope, cluster, props) => {
      const bound = instance.bind(scope, cluster, props);
      const resource = bound.node.defaultChild;
      if (resource instanceof rds.CfnDBInstance) resource.promotionTier = promotionTier;
      return bound;
    },
  };
}

/** The instances of an Aurora cluster, the writer first. */
export function clusterInstances(plan: DatabasePlan): readonly rds.IClusterInstance[] {
  const writers = plan.instances.filter(({ role }) => role === 'writer');
  const readers = plan.instances.filter(({ role }) => role === 'reader');
  return [...writers, ...readers].map((instance) => clusterInstance(plan, instance));
}
