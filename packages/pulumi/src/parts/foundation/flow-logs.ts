import { FLOW_LOGS_ACTIONS, FLOW_LOGS_LABEL } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trust } from '../../policy.ts';
import { child, idOf, type Scope, tagsOf } from '../../scope.ts';

/** The VPC's flow logs, into a log group of the plan. */
export function createFlowLogs(scope: Scope, vpc: aws.ec2.Vpc, logGroup: aws.cloudwatch.LogGroup): void {
  const id = idOf(scope, 'flow-logs');
  const role = new aws.iam.Role(
    id,
    scope.transform('role', 'flow-logs', {
      description: FLOW_LOGS_LABEL,
      assumeRolePolicy: trust('vpc-flow-logs.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': scope.place.account },
      }),
      tags: tagsOf(scope),
    }),
    child(scope),
  );
  const policy = new aws.iam.RolePolicy(
    id,
    {
      name: 'flow-logs',
      role: role.name,
      policy: policyDocument([
        {
          Effect: 'Allow',
          Action: FLOW_LOGS_ACTIONS,
          Resource: pulumi.interpolate`${logGroup.arn}:*`,
        },
      ]),
    },
    child(scope),
  );
  new aws.ec2.FlowLog(
    id,
    {
      vpcId: vpc.id,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      tags: tagsOf(scope),
    },
    child(scope, { dependsOn: [policy] }),
  );
}
