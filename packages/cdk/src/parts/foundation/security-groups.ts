import {
  byKey,
  entry,
  isEverything,
  type NetworkPlan,
  type SecurityGroupRule,
  securityGroupRulesOf,
} from '@breakwater/plan';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ApplyTransform } from '../../transform.ts';

function port({ protocol, fromPort, toPort }: SecurityGroupRule): ec2.Port {
  if (protocol === 'all') return ec2.Port.allTraffic();
  if (protocol === 'udp') return ec2.Port.udpRange(fromPort, toPort);
  return fromPort === toPort ? ec2.Port.tcp(fromPort) : ec2.Port.tcpRange(fromPort, toPort);
}

const cidrPeer = (cidr: string) => (cidr.includes(':') ? ec2.Peer.ipv6(cidr) : ec2.Peer.ipv4(cidr));

/**
 * Gives the rule that `allowAllOutbound` writes the plan's description. L2 takes no such rule from outside; the one that it writes
 * is the group's only one.
 */
function describeAllOutbound(group: ec2.SecurityGroup, description: string): void {
  const resource = group.node.defaultChild;
  if (resource instanceof ec2.CfnSecurityGroup && group.allowAllOutbound)
    resource.addPropertyOverride('SecurityGroupEgress.0.Description', description);
}

/**
 * All security groups, with their rules for address ranges. The rules between a service and anything else belong to
 * that service, which adds them in its own stack.
 */
export function createSecurityGroups(
  scope: Construct,
  plan: NetworkPlan,
  vpc: ec2.Vpc,
  transform: ApplyTransform,
): Readonly<Record<string, ec2.SecurityGroup>> {
  const groups = byKey(plan.securityGroups, (group) => {
    const props: ec2.SecurityGroupProps = {
      vpc,
      securityGroupName: group.name,
      description: group.description,
      // Without any rule CloudFormation would let everything out; CDK then writes a rule that matches nothing.
      allowAllOutbound: group.egress.some(isEverything),
      disableInlineRules: false,
    };
    return new ec2.SecurityGroup(scope, constructId(group.key), transform('securityGroup', group.key, props));
  });
  for (const { direction, group, peer, rule } of securityGroupRulesOf(plan.securityGroups, 'foundation')) {
    const resource = entry(groups, group, 'security group');
    const other = rule.peer.kind === 'cidr' ? cidrPeer(peer) : entry(groups, peer, 'security group');
    if (direction === 'ingress') resource.addIngressRule(other, port(rule), rule.description);
    else if (isEverything(rule)) describeAllOutbound(resource, rule.description);
    else resource.addEgressRule(other, port(rule), rule.description);
  }
  return groups;
}
