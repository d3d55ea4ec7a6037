import type { LoadBalancerPlan } from '@breakwater/plan';
import { CfnParameter, Stack, Token } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';

/** Name of the stack's parameter with the id of the hosted zone, where the account is not known at synthesis. */
export const HOSTED_ZONE_PARAMETER = 'HostedZoneId';

/**
 * The Route 53 zone of that name. Where the stack knows its account, the zone's id is looked up and kept in
 * `cdk.context.json`; otherwise whoever deploys the template gives it as the parameter `HostedZoneId`.
 */
export function findHostedZone(scope: Construct, zoneName: string): route53.IHostedZone {
  const stack = Stack.of(scope);
  if (!Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region))
    return route53.HostedZone.fromLookup(scope, 'hosted-zone', { domainName: zoneName });
  const parameter = new CfnParameter(stack, HOSTED_ZONE_PARAMETER, {
    type: 'AWS::Route53::HostedZone::Id',
    description: `Id of the hosted zone ${zoneName}`,
  });
  return route53.HostedZone.fromHostedZoneAttributes(scope, 'hosted-zone', {
    hostedZoneId: parameter.valueAsString,
    zoneName,
  });
}

/** The DNS record that leads to the load balancer. */
export function createRecord(
  scope: Construct,
  domain: NonNullable<LoadBalancerPlan['domain']>,
  zone: route53.IHostedZone,
  loadBalancer: elbv2.ApplicationLoadBalancer,
): void {
  new route53.ARecord(scope, 'Record', {
    zone,
    // With the dot at its end it is taken as it stands.
    recordName: `${domain.name}.`,
    target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
  });
}
