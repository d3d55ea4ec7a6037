import { securityGroupRulesOf } from '@breakwater/plan';
import type * as pulumi from '@pulumi/pulumi';
import { createRule } from '../security-group-rule.ts';
import type { ServiceContext } from './context.ts';

/** The rules of security groups that belong to this service. */
export function createSecurityGroupRules({
  scope,
  service,
  foundation,
}: ServiceContext): readonly pulumi.Resource[] {
  return securityGroupRulesOf(scope.plan.network.securityGroups, service.securityGroup).map((rule) =>
    createRule(scope, rule, foundation.securityGroups, service.tags),
  );
}
