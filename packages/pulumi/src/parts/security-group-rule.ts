import { entry, type PlacedRule } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { child, idOf, type Scope, tagsOf } from '../scope.ts';

/** Creates a rule of a security group as its own resource: rules within a group would take away those that other parts add. */
export function createRule(
  scope: Scope,
  { key, direction, group, peer, rule }: PlacedRule,
  groups: Readonly<Record<string, aws.ec2.SecurityGroup>>,
  tags: Readonly<Record<string, string>> = {},
): pulumi.Resource {
  const args: aws.vpc.SecurityGroupIngressRuleArgs & aws.vpc.SecurityGroupEgressRuleArgs = {
    securityGroupId: entry(groups, group, 'security group').id,
    description: rule.description,
    ...(rule.peer.kind === 'security-group'
      ? { referencedSecurityGroupId: entry(groups, peer, 'security group').id }
      : peer.includes(':')
        ? { cidrIpv6: peer }
        : { cidrIpv4: peer }),
    ...(rule.protocol === 'all'
      ? { ipProtocol: '-1' }
      : { ipProtocol: rule.protocol, fromPort: rule.fromPort, toPort: rule.toPort }),
    tags: tagsOf(scope, tags),
  };
  // Two equal rules cannot stand in one group.
  const options = child(scope, { deleteBeforeReplace: true });
  return direction === 'ingress'
    ? new aws.vpc.SecurityGroupIngressRule(idOf(scope, key), args, options)
    : new aws.vpc.SecurityGroupEgressRule(idOf(scope, key), args, options);
}
