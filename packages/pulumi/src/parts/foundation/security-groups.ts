import { byKey, securityGroupRulesOf } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { idOf, named, type Scope, tagsOf } from '../../scope.ts';
import { createRule } from '../security-group-rule.ts';

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
  for (const rule of securityGroupRulesOf(securityGroups, 'foundation')) createRule(scope, rule, groups);
  return groups;
}
