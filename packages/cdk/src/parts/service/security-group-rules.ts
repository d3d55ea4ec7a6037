import type { SecurityGroupRule } from '@breakwater/plan';
import { CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { constructId, entry } from '../../entry.ts';
import { isServiceGroup, type ServiceContext } from './context.ts';

/** One rule as its own resource: the group that it stands in and the group that it names. */
interface OwnedRule {
  readonly direction: 'ingress' | 'egress';
  readonly group: string;
  readonly peer: string;
  readonly rule: SecurityGroupRule;
}

/** The rules between groups that belong to a service: those of its own group, and those of the foundation's and data's groups that name it. */
export function rulesOwnedBy(
  own: string,
  groups: ServiceContext['plan']['network']['securityGroups'],
): OwnedRule[] {
  return groups.flatMap(({ key: group, ingress, egress }) =>
    (['ingress', 'egress'] as const).flatMap((direction) =>
      (direction === 'ingress' ? ingress : egress).flatMap((rule): OwnedRule[] => {
        if (rule.peer.kind !== 'security-group') return [];
        const owned = group === own || (!isServiceGroup(group) && rule.peer.group === own);
        return owned ? [{ direction, group, peer: rule.peer.group, rule }] : [];
      }),
    ),
  );
}

/**
 * The rules that belong to this service's stack. L1, because L2 would name them by the other group's logical id
 * and not by the plan's keys: a rule would then be made anew whenever a group is.
 */
export class SecurityGroupRules extends Construct {
  constructor(scope: Construct, id: string, { plan, service, foundation }: ServiceContext) {
    super(scope, id);
    const idOf = (key: string) => entry(foundation.securityGroups, key, 'security group').securityGroupId;
    for (const { direction, group, peer, rule } of rulesOwnedBy(
      service.securityGroup,
      plan.network.securityGroups,
    )) {
      const ports = rule.fromPort === rule.toPort ? rule.fromPort : `${rule.fromPort}-${rule.toPort}`;
      const name = `${direction}/${group}/${peer}/${rule.protocol}/${ports}`;
      const shared = {
        groupId: idOf(group),
        description: rule.description,
        ...(rule.protocol === 'all'
          ? { ipProtocol: '-1' }
          : { ipProtocol: rule.protocol, fromPort: rule.fromPort, toPort: rule.toPort }),
      };
      if (direction === 'ingress')
        new CfnSecurityGroupIngress(this, constructId(name), {
          ...shared,
          sourceSecurityGroupId: idOf(peer),
        });
      else
        new CfnSecurityGroupEgress(this, constructId(name), {
          ...shared,
          destinationSecurityGroupId: idOf(peer),
        });
    }
  }
}
