import type { SecurityGroupRule } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { child, idOf, type Scope, tagsOf } from '../scope.ts';

/** Which way a rule of a security group goes. */
export type Direction = 'ingress' | 'egress';

/** A rule as its own resource: rules within a group would take away those that other parts add. */
export interface RuleProps {
  readonly direction: Direction;
  /** Key of the group that it stands in, and what it names: a group's key or an address range. */
  readonly group: string;
  readonly peer: string;
  readonly rule: SecurityGroupRule;
  readonly groupId: pulumi.Input<string>;
  /** Id of the group that it names; null where it names an address range. */
  readonly peerId: pulumi.Input<string> | null;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Creates a rule of a security group, by what it says: another rule beside it changes nothing here. */
export function createRule(scope: Scope, props: RuleProps): pulumi.Resource {
  const { direction, group, peer, rule, groupId, peerId, tags = {} } = props;
  const ports = rule.fromPort === rule.toPort ? rule.fromPort : `${rule.fromPort}-${rule.toPort}`;
  const id = idOf(scope, `${direction}/${group}/${peer}/${rule.protocol}/${ports}`);
  const args: aws.vpc.SecurityGroupIngressRuleArgs & aws.vpc.SecurityGroupEgressRuleArgs = {
    securityGroupId: groupId,
    description: rule.description,
    ...(peerId !== null
      ? { referencedSecurityGroupId: peerId }
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
    ? new aws.vpc.SecurityGroupIngressRule(id, args, options)
    : new aws.vpc.SecurityGroupEgressRule(id, args, options);
}
