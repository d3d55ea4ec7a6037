import { entry, securityGroupRulesOf } from '@breakwater/plan';
import { CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ServiceContext } from './context.ts';

/**
 * The rules that belong to this service's stack. L1, because L2 would name them by the other group's logical id
 * and not by the plan's keys: a rule would then be made anew whenever a group is.
 */
export class SecurityGroupRules extends Construct {
  constructor(scope: Construct, id: string, { plan, service, foundation }: ServiceContext) {
    super(scope, id);
    const idOf = (key: string) => entry(foundation.securityGroups, key, 'security group').securityGroupId;
    for (const { key, direction, group, peer, rule } of securityGroupRulesOf(
      plan.network.securityGroups,
      service.securityGroup,
    )) {
      const shared = {
        groupId: idOf(group),
        description: rule.description,
        ...(rule.protocol === 'all'
          ? { ipProtocol: '-1' }
          : { ipProtocol: rule.protocol, fromPort: rule.fromPort, toPort: rule.toPort }),
      };
      if (direction === 'ingress')
        new CfnSecurityGroupIngress(this, constructId(key), {
          ...shared,
          sourceSecurityGroupId: idOf(peer),
        });
      else
        new CfnSecurityGroupEgress(this, constructId(key), {
          ...shared,
          destinationSecurityGroupId: idOf(peer),
        });
    }
  }
}
