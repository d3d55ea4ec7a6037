import type { NetworkPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { entry } from '../../entry.ts';
import { child, idOf, type Scope, tagsOf } from '../../scope.ts';
import type { Network } from './network.ts';

/**
 * VPC endpoints. Gateways serve every route table; interfaces stand where the tasks do, behind the group `endpoints`,
 * whose rules say who may use them.
 */
export function createEndpoints(
  scope: Scope,
  { vpc, subnetsOf, routeTables }: Network,
  securityGroups: Readonly<Record<string, aws.ec2.SecurityGroup>>,
): readonly aws.ec2.VpcEndpoint[] {
  const { plan, place } = scope;
  return plan.network.endpoints.map(
    ({ key, name, type, service }) =>
      new aws.ec2.VpcEndpoint(
        idOf(scope, key),
        {
          vpcId: vpc.id,
          serviceName: `com.amazonaws.${place.region}.${service}`,
          ...(type === 'gateway'
            ? { vpcEndpointType: 'Gateway', routeTableIds: Object.values(routeTables).map(({ id }) => id) }
            : {
                vpcEndpointType: 'Interface',
                privateDnsEnabled: true,
                subnetIds: subnetsOf(taskTier(plan.network)).map(({ id }) => id),
                securityGroupIds: [entry(securityGroups, 'endpoints', 'security group').id],
              }),
          tags: tagsOf(scope, {}, name),
        },
        child(scope),
      ),
  );
}

function taskTier(plan: NetworkPlan): 'private' | 'public' {
  return plan.subnets.some(({ tier }) => tier === 'private') ? 'private' : 'public';
}
