import { entry, type LogGroupPlan } from '@breakwater/plan';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import { REMOVAL_POLICIES } from '../removal.ts';
import type { ApplyTransform } from '../transform.ts';

/** A log group of the plan. Its key's policy lets CloudWatch Logs in, and stands in the key itself: the order is right. */
export function createLogGroup(
  scope: Construct,
  plan: LogGroupPlan,
  keys: Readonly<Record<string, kms.IKey>>,
  transform: ApplyTransform,
): logs.LogGroup {
  const props: logs.LogGroupProps = {
    logGroupName: plan.name,
    retention: plan.retentionDays,
    removalPolicy: REMOVAL_POLICIES[plan.removal],
    ...(plan.encryptionKey === null ? {} : { encryptionKey: entry(keys, plan.encryptionKey, 'key') }),
  };
  return new logs.LogGroup(scope, constructId(plan.key), transform('logGroup', plan.key, props));
}
