import { ALARMS_KEY_ACTIONS, entry, keyLabel, LOGS_KEY_ACTIONS, mapEntries } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Place } from '../../place.ts';
import { policyDocument, type Statement } from '../../policy.ts';
import { idOf, named, type Scope, stored, tagsOf } from '../../scope.ts';

/** Lets the policies of this account's own roles give rights on the key: what a key without a policy has. */
function accountStatement({ partition, account }: Place): Statement {
  return {
    Effect: 'Allow',
    Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
}

/**
 * Lets CloudWatch Logs of this Region use the key, for these log groups of this account only. Without it the creation of
 * a log group with the key fails.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function logsStatement(place: Place, names: readonly string[]): Statement {
  return {
    Sid: 'CloudWatchLogs',
    Effect: 'Allow',
    Principal: { Service: `logs.${place.region}.amazonaws.com` },
    Action: LOGS_KEY_ACTIONS,
    Resource: '*',
    Condition: {
      ArnEquals: {
        'kms:EncryptionContext:aws:logs:arn': names.map((name) => place.arn('logs', `log-group:${name}`)),
      },
    },
  };
}

/**
 * Lets alarms of this account publish to a topic that is encrypted with the key; without it they fail unseen.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function alarmsStatement({ account }: Place): Statement {
  return {
    Sid: 'CloudWatchAlarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ALARMS_KEY_ACTIONS,
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}

/** Customer-managed keys with their aliases and what AWS services may do with them. */
export function createKeys(scope: Scope): Readonly<Record<string, aws.kms.Key>> {
  const { plan, place } = scope;
  return mapEntries(plan.keys, (keyPlan, key) => {
    const names = keyPlan.logGroups.map((group) => entry(plan.logGroups, group, 'log group').name);
    const alarms = Object.values(plan.topics).some(({ encryptionKey }) => encryptionKey === key);
    const resource = new aws.kms.Key(
      idOf(scope, key),
      scope.transform('encryptionKey', key, {
        description: keyLabel(plan, keyPlan),
        enableKeyRotation: keyPlan.rotation,
        // In the key and not beside it, so that it is there before the first log group asks for the key.
        policy: policyDocument([
          accountStatement(place),
          ...(names.length > 0 ? [logsStatement(place, names)] : []),
          ...(alarms ? [alarmsStatement(place)] : []),
        ]),
        tags: tagsOf(scope),
      }),
      stored(scope, keyPlan.removal, { deleteBeforeReplace: false }),
    );
    new aws.kms.Alias(idOf(scope, key), { name: keyPlan.alias, targetKeyId: resource.keyId }, named(scope));
    return resource;
  });
}
