import type { NetworkPlan, SecurityGroupPlan, SecurityGroupRule } from '@breakwater/plan';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { byKey, constructId, entry } from '../../entry.ts';
import type { ApplyTransform } from '../../transform.ts';

const isService = (key: string) => key.startsWith('service/');

function port({ protocol, fromPort, toPort }: SecurityGroupRule): ec2.Port {
  if (protocol === 'all') return ec2.Port.allTraffic();
  if (protocol === 'udp') return ec2.Port.udpRange(fromPort, toPort);
  return fromPort === toPort ? ec2.Port.tcp(fromPort) : ec2.Port.tcpRange(fromPort, toPort);
}

const cidrPeer = (cidr: string) => (cidr.includes(':') ? ec2.Peer.ipv6(cidr) : ec2.Peer.ipv4(cidr));

const isEverything = ({ protocol, peer }: SecurityGroupRule) =>
  protocol === 'all' && peer.kind === 'cidr' && peer.cidr === '0.0.0.0/0';

/** Rules that stand here: from and to address ranges, and between groups of which none is a service's. */
function ruleTarget(
  group: SecurityGroupPlan,
  rule: SecurityGroupRule,
  groups: Readonly<Record<string, ec2.SecurityGroup>>,
): ec2.IPeer | null {
  if (rule.peer.kind === 'cidr') return cidrPeer(rule.peer.cidr);
  if (isService(group.key) || isService(rule.peer.group)) return null;
  return entry(groups, rule.peer.group, 'security group');
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
  for (const group of plan.securityGroups) {
    const resource = entry(groups, group.key, 'security group');
    for (const rule of group.ingress) {
      const peer = ruleTarget(group, rule, groups);
      if (peer !== null) resource.addIngressRule(peer, port(rule), rule.description);
    }
    if (group.egress.some(isEverything)) continue;
    for (const rule of group.egress) {
      const peer = ruleTarget(group, rule, groups);
      if (peer !== null) resource.addEgressRule(peer, port(rule), rule.description);
    }
  }
  return groups;
}
