import {
  ALARMS_KEY_ACTIONS,
  entry,
  keyLabel,
  LOGS_KEY_ACTIONS,
  mapEntries,
  type Plan,
} from '@breakwater/plan';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import type { ApplyTransform } from '../../transform.ts';

/**
 * Lets CloudWatch Logs of this Region use the key, for these log groups of this account only. Without it the creation of
 * a log group with the key fails.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function logsStatement(stack: Stack, names: readonly string[]): iam.PolicyStatement {
  const arns = names.map((name) =>
    stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return new iam.PolicyStatement({
    sid: 'CloudWatchLogs',
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: [...LOGS_KEY_ACTIONS],
    resources: ['*'],
    conditions: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': arns } },
  });
}

/**
 * Lets alarms of this account publish to a topic that is encrypted with the key; without it they fail unseen.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function alarmsStatement(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'CloudWatchAlarms',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: [...ALARMS_KEY_ACTIONS],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
}

/** Customer-managed keys with their aliases and what AWS services may do with them. */
export function createKeys(
  scope: Construct,
  plan: Plan,
  transform: ApplyTransform,
): Readonly<Record<string, kms.Key>> {
  const stack = Stack.of(scope);
  return mapEntries(plan.keys, (keyPlan, key) => {
    const props = transform('encryptionKey', key, {
      alias: keyPlan.alias,
      description: keyLabel(plan, keyPlan),
      enableKeyRotation: keyPlan.rotation,
      removalPolicy: REMOVAL_POLICIES[keyPlan.removal],
    });
    const resource = new kms.Key(scope, constructId(key), props);
    const names = keyPlan.logGroups.map((group) => entry(plan.logGroups, group, 'log group').name);
    if (names.length > 0) resource.addToResourcePolicy(logsStatement(stack, names));
    if (Object.values(plan.topics).some(({ encryptionKey }) => encryptionKey === key))
      resource.addToResourcePolicy(alarmsStatement(stack));
    return resource;
  });
}
