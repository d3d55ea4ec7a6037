import { entry } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { child, idOf, type Scope, tagsOf } from '../../scope.ts';
import type { Network } from './network.ts';

/**
 * VPC endpoints. Gateways serve route tables; interfaces stand in subnets, behind the group `endpoints`,
 * whose rules say who may use them.
 */
export function createEndpoints(
  scope: Scope,
  { vpc, subnets, routeTables }: Network,
  securityGroups: Readonly<Record<string, aws.ec2.SecurityGroup>>,
): readonly aws.ec2.VpcEndpoint[] {
  const { plan, place } = scope;
  return plan.network.endpoints.map(
    ({ key, name, type, service, ...placed }) =>
      new aws.ec2.VpcEndpoint(
        idOf(scope, key),
        {
          vpcId: vpc.id,
          serviceName: `com.amazonaws.${place.region}.${service}`,
          ...(type === 'gateway'
            ? {
                vpcEndpointType: 'Gateway',
                routeTableIds: placed.routeTables.map((table) => entry(routeTables, table, 'route table').id),
              }
            : {
                vpcEndpointType: 'Interface',
                privateDnsEnabled: true,
                subnetIds: placed.subnets.map((subnet) => entry(subnets, subnet, 'subnet').id),
                securityGroupIds: [entry(securityGroups, 'endpoints', 'security group').id],
              }),
          tags: tagsOf(scope, {}, name),
        },
        child(scope),
      ),
  );
}
