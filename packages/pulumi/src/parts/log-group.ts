import { entry, type LogGroupPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { idOf, type Scope, stored, tagsOf } from '../scope.ts';

/** A log group of the plan. Its key's policy lets CloudWatch Logs in, and stands in the key itself: the order is right. */
export function createLogGroup(
  scope: Scope,
  plan: LogGroupPlan,
  keys: Readonly<Record<string, aws.kms.Key>>,
  tags: Readonly<Record<string, string>> = {},
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    idOf(scope, plan.key),
    scope.transform('logGroup', plan.key, {
      name: plan.name,
      retentionInDays: plan.retentionDays,
      ...(plan.encryptionKey === null ? {} : { kmsKeyId: entry(keys, plan.encryptionKey, 'key').arn }),
      tags: tagsOf(scope, tags),
    }),
    stored(scope, plan.removal),
  );
}
