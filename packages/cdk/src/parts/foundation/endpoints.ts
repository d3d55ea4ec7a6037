import { entry, type NetworkPlan } from '@breakwater/plan';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import { addName } from '../../tags.ts';
import type { Network } from './network.ts';

const GATEWAYS: Readonly<Record<string, ec2.GatewayVpcEndpointAwsService>> = {
  s3: ec2.GatewayVpcEndpointAwsService.S3,
  dynamodb: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
};

/**
 * VPC endpoints. Gateways serve route tables; interfaces stand in subnets, behind the group `endpoints`,
 * whose rules say who may use them.
 */
export function createEndpoints(
  scope: Construct,
  plan: NetworkPlan,
  { vpc, subnets }: Network,
  securityGroups: Readonly<Record<string, ec2.SecurityGroup>>,
): void {
  const subnetsAt = (keys: readonly string[]) => keys.map((key) => entry(subnets, key, 'subnet'));
  const behind = (tables: readonly string[]) =>
    plan.routeTables.filter(({ key }) => tables.includes(key)).flatMap((table) => table.subnets);
  for (const { key, name, type, service, ...placed } of plan.endpoints) {
    const endpoint =
      type === 'gateway'
        ? new ec2.GatewayVpcEndpoint(scope, constructId(key), {
            vpc,
            service: entry(GATEWAYS, service, 'gateway endpoint'),
            subnets: [{ subnets: subnetsAt(behind(placed.routeTables)) }],
          })
        : new ec2.InterfaceVpcEndpoint(scope, constructId(key), {
            vpc,
            service: new ec2.InterfaceVpcEndpointAwsService(service),
            privateDnsEnabled: true,
            subnets: { subnets: subnetsAt(placed.subnets) },
            securityGroups: [entry(securityGroups, 'endpoints', 'security group')],
            // Whom the group lets in is for the plan to say, not everyone in the VPC.
            open: false,
          });
    addName(endpoint, name);
  }
}
