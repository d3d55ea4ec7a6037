import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Plan, SecurityGroupPlan, SecurityGroupRule } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compareSets, failed, passed, present } from '../outcome.ts';

/** Rules of every security group: those planned, and no others. */
export function securityGroupChecks(plan: Plan): Check[] {
  return plan.network.securityGroups.flatMap((group) => [
    check('security-groups', `${group.key}.exists`, `security group ${group.name} is there`, async (live) =>
      (await find(live, group)) === null ? failed(group.name, 'no such group') : passed(group.name),
    ),
    check(
      'security-groups',
      `${group.key}.ingress`,
      `${group.key} lets in what is planned, nothing else`,
      (live) => compareRules(live, group, 'ingress'),
    ),
    check(
      'security-groups',
      `${group.key}.egress`,
      `${group.key} lets out what is planned, nothing else`,
      (live) => compareRules(live, group, 'egress'),
    ),
  ]);
}

async function find(live: Live, { name }: SecurityGroupPlan) {
  return (await live.network.securityGroups()).find(({ GroupName }) => GroupName === name) ?? null;
}

async function compareRules(live: Live, group: SecurityGroupPlan, direction: 'ingress' | 'egress') {
  const found = present(await find(live, group), `security group ${group.name}`);
  const keys = await live.network.securityGroupKeys();
  const permissions = direction === 'ingress' ? found.IpPermissions : found.IpPermissionsEgress;
  return compareSets(
    'rules',
    group[direction].map((rule) => describePlanned(rule, direction)),
    (permissions ?? []).flatMap((permission) => describeLive(permission, direction, keys)),
  );
}

function describePlanned({ protocol, fromPort, toPort, peer }: SecurityGroupRule, direction: string): string {
  return describeRule(protocol, fromPort, toPort, direction, peer.kind === 'cidr' ? peer.cidr : peer.group);
}

function describeRule(protocol: string, from: number, to: number, direction: string, peer: string): string {
  const ports = protocol === 'all' ? 'everything' : `${protocol} ${from === to ? from : `${from}-${to}`}`;
  return `${ports} ${direction === 'ingress' ? 'from' : 'to'} ${peer}`;
}

/**
 * A group without a rule out lets everything out, so "nothing out" is written as a rule to an address that cannot exist.
 * It lets nothing through and is no rule of the plan.
 */
const NOWHERE = '255.255.255.255/32';

/** One sentence a rule: AWS groups rules of the same ports. */
export function describeLive(
  permission: IpPermission,
  direction: 'ingress' | 'egress',
  keys: ReadonlyMap<string, string>,
): string[] {
  const protocol = permission.IpProtocol === '-1' ? 'all' : (permission.IpProtocol ?? 'all');
  const describe = (peer: string) =>
    describeRule(protocol, permission.FromPort ?? 0, permission.ToPort ?? 65_535, direction, peer);
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp ?? '?'),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6 ?? '?'),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => keys.get(GroupId ?? '') ?? GroupId ?? '?'),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId ?? '?'),
  ]
    .filter((peer) => peer !== NOWHERE)
    .map(describe);
}
