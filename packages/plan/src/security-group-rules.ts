import type { SecurityGroupPlan, SecurityGroupRule } from './plan/network.ts';

/** A rule of a security group, with where it stands and what it is called. */
export interface PlacedRule {
  /** By what it says: a rule that comes or goes beside it changes nothing here. */
  readonly key: string;
  readonly direction: 'ingress' | 'egress';
  /** Key of the group that it stands in. */
  readonly group: string;
  /** What it names: a group's key, or an address range. */
  readonly peer: string;
  readonly rule: SecurityGroupRule;
}

const isServiceGroup = (group: string): boolean => group.startsWith('service/');

/** Whether a rule lets everything out to everywhere. */
export const isEverything = ({ protocol, peer }: SecurityGroupRule): boolean =>
  protocol === 'all' && peer.kind === 'cidr' && peer.cidr === '0.0.0.0/0';

/**
 * The part that a rule belongs to. Address ranges, and groups of which none is a service's, are the foundation's matter. A rule
 * between a service and anything else is the service's: the group's own first, else the peer's. So no part waits for another in a
 * circle, and the foundation does not grow with the services.
 */
function ownerOf(group: string, { peer }: SecurityGroupRule): string {
  if (peer.kind === 'cidr') return 'foundation';
  if (isServiceGroup(group)) return group;
  return isServiceGroup(peer.group) ? peer.group : 'foundation';
}

/**
 * The rules of all security groups that belong to one part of the system.
 *
 * @param owner `foundation`, or the key of a service's own group, `service/api`
 *
 * @example
 * const rules = securityGroupRulesOf(plan.network.securityGroups, 'foundation');
 */
export function securityGroupRulesOf(
  groups: readonly SecurityGroupPlan[],
  owner: string,
): readonly PlacedRule[] {
  return groups.flatMap(({ key: group, ingress, egress }) => {
    // Where everything goes out, nothing more has to be said of the foundation.
    const all = owner === 'foundation' && egress.some(isEverything);
    return (['ingress', 'egress'] as const).flatMap((direction) =>
      (direction === 'ingress' ? ingress : egress)
        .filter((rule) => ownerOf(group, rule) === owner)
        .filter((rule) => direction === 'ingress' || !all || isEverything(rule))
        .map((rule): PlacedRule => {
          const peer = rule.peer.kind === 'cidr' ? rule.peer.cidr : rule.peer.group;
          const ports = rule.fromPort === rule.toPort ? rule.fromPort : `${rule.fromPort}-${rule.toPort}`;
          return {
            key: `${direction}/${group}/${peer}/${rule.protocol}/${ports}`,
            direction,
            group,
            peer,
            rule,
          };
        }),
    );
  });
}
