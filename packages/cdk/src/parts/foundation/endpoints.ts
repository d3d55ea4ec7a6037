import type { NetworkPlan } from '@breakwater/plan';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { constructId, entry } from '../../entry.ts';
import { addName } from '../../tags.ts';
import type { Network } from './network.ts';

const GATEWAYS: Readonly<Record<string, ec2.GatewayVpcEndpointAwsService>> = {
  s3: ec2.GatewayVpcEndpointAwsService.S3,
  dynamodb: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
};

/**
 * VPC endpoints. Gateways serve every route table; interfaces stand where the tasks do, behind the group `endpoints`,
 * whose rules say who may use them.
 */
export function createEndpoints(
  scope: Construct,
  plan: NetworkPlan,
  { vpc, subnets, subnetsOf }: Network,
  securityGroups: Readonly<Record<string, ec2.SecurityGroup>>,
): void {
  for (const { key, name, type, service } of plan.endpoints) {
    const endpoint =
      type === 'gateway'
        ? new ec2.GatewayVpcEndpoint(scope, constructId(key), {
            vpc,
            service: entry(GATEWAYS, service, 'gateway endpoint'),
            subnets: [{ subnets: Object.values(subnets) }],
          })
        : new ec2.InterfaceVpcEndpoint(scope, constructId(key), {
            vpc,
            service: new ec2.InterfaceVpcEndpointAwsService(service),
            privateDnsEnabled: true,
            subnets: { subnets: subnetsOf(taskTier(plan)) },
            securityGroups: [entry(securityGroups, 'endpoints', 'security group')],
            // Whom the group lets in is for the plan to say, not everyone in the VPC.
            open: false,
          });
    addName(endpoint, name);
  }
}

function taskTier(plan: NetworkPlan): 'private' | 'public' {
  return plan.subnets.some(({ tier }) => tier === 'private') ? 'private' : 'public';
}
