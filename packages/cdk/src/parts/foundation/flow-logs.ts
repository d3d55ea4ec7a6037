import { FLOW_LOGS_ACTIONS, FLOW_LOGS_LABEL } from '@breakwater/plan';
import { Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ApplyTransform } from '../../transform.ts';

/** The VPC's flow logs, into a log group of the plan. */
export function createFlowLogs(
  scope: Construct,
  vpc: ec2.Vpc,
  logGroup: logs.LogGroup,
  transform: ApplyTransform,
): void {
  const role = new iam.Role(
    scope,
    'FlowLogsRole',
    transform('role', 'flow-logs', {
      description: FLOW_LOGS_LABEL,
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
      inlinePolicies: {
        'flow-logs': new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: [...FLOW_LOGS_ACTIONS],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    }),
  );
  const flowLog = new ec2.FlowLog(scope, 'FlowLogs', {
    resourceType: ec2.FlowLogResourceType.fromVpc(vpc),
    trafficType: ec2.FlowLogTrafficType.ALL,
    // The role has what it needs; the construct would also let it pass itself on.
    destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role.withoutPolicyUpdates()),
  });
  // The plan has no name for it, and the construct would make one of its path.
  Tags.of(flowLog).remove('Name');
}
