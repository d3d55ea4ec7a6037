import type { SecurityGroupPlan, SecurityGroupRule } from '@breakwater/plan';
import type * as pulumi from '@pulumi/pulumi';
import { entry } from '../../entry.ts';
import { createRule, type Direction } from '../security-group-rule.ts';
import { isServiceGroup, type ServiceContext } from './context.ts';

/** One rule: the group that it stands in and the group that it names. */
interface OwnedRule {
  readonly direction: Direction;
  readonly group: string;
  readonly peer: string;
  readonly rule: SecurityGroupRule;
}

/** The rules between groups that belong to a service: those of its own group, and those of the foundation's and data's groups that name it. */
export function rulesOwnedBy(own: string, groups: readonly SecurityGroupPlan[]): readonly OwnedRule[] {
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

/** The rules that belong to this service. */
export function createSecurityGroupRules({
  scope,
  service,
  foundation,
}: ServiceContext): readonly pulumi.Resource[] {
  const idOfGroup = (key: string) => entry(foundation.securityGroups, key, 'security group').id;
  return rulesOwnedBy(service.securityGroup, scope.plan.network.securityGroups).map((owned) =>
    createRule(scope, {
      ...owned,
      groupId: idOfGroup(owned.group),
      peerId: idOfGroup(owned.peer),
      tags: service.tags,
    }),
  );
}
