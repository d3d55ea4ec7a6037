import type { SecurityGroupPlan, SecurityGroupRule } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { byKey, entry } from '../../entry.ts';
import { idOf, named, type Scope, tagsOf } from '../../scope.ts';
import { createRule } from '../security-group-rule.ts';

const isService = (key: string) => key.startsWith('service/');

const isEverything = ({ protocol, peer }: SecurityGroupRule) =>
  protocol === 'all' && peer.kind === 'cidr' && peer.cidr === '0.0.0.0/0';

/** Whether a rule stands here: from and to address ranges, and between groups of which none is a service's. */
const standsHere = ({ key }: SecurityGroupPlan, { peer }: SecurityGroupRule) =>
  peer.kind === 'cidr' || !(isService(key) || isService(peer.group));

/**
 * All security groups, with their rules for address ranges. The rules between a service and anything else belong to
 * that service. A group without a rule for what goes out lets nothing out: the provider takes AWS's own rule away.
 */
export function createSecurityGroups(
  scope: Scope,
  vpc: aws.ec2.Vpc,
): Readonly<Record<string, aws.ec2.SecurityGroup>> {
  const { securityGroups } = scope.plan.network;
  const groups = byKey(
    securityGroups,
    (group) =>
      new aws.ec2.SecurityGroup(
        idOf(scope, group.key),
        scope.transform('securityGroup', group.key, {
          vpcId: vpc.id,
          name: group.name,
          description: group.description,
          tags: tagsOf(scope),
        }),
        named(scope),
      ),
  );
  for (const group of securityGroups) {
    const groupId = entry(groups, group.key, 'security group').id;
    // Where everything goes out, nothing more has to be said.
    const egress = group.egress.some(isEverything) ? group.egress.filter(isEverything) : group.egress;
    for (const [direction, rules] of [
      ['ingress', group.ingress],
      ['egress', egress],
    ] as const)
      for (const rule of rules) {
        if (!standsHere(group, rule)) continue;
        const { peer } = rule;
        createRule(scope, {
          direction,
          group: group.key,
          rule,
          groupId,
          ...(peer.kind === 'cidr'
            ? { peer: peer.cidr, peerId: null }
            : { peer: peer.group, peerId: entry(groups, peer.group, 'security group').id }),
        });
      }
  }
  return groups;
}
