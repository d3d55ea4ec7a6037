import { entry, mapEntries } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { policyDocument, type Statement } from '../../policy.ts';
import { child, idOf, named, type Scope, tagsOf } from '../../scope.ts';

const tlsOnly = (topic: pulumi.Output<string>): Statement => ({
  Sid: 'AllowPublishThroughSSLOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: topic,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Topics that alarms notify, with their subscribers. */
export function createTopics(
  scope: Scope,
  keys: Readonly<Record<string, aws.kms.Key>>,
): Readonly<Record<string, aws.sns.Topic>> {
  const { plan, place } = scope;
  return mapEntries(plan.topics, (topicPlan, key) => {
    const topic = new aws.sns.Topic(
      idOf(scope, key),
      scope.transform('topic', key, {
        name: topicPlan.name,
        ...(topicPlan.encryptionKey === null
          ? {}
          : { kmsMasterKeyId: entry(keys, topicPlan.encryptionKey, 'key').arn }),
        tags: tagsOf(scope),
      }),
      named(scope),
    );
    new aws.sns.TopicPolicy(
      idOf(scope, key),
      {
        arn: topic.arn,
        policy: policyDocument([
          ...(topicPlan.enforceTls ? [tlsOnly(topic.arn)] : []),
          // A policy of its own replaces the one that let the account's alarms in.
          {
            Sid: 'CloudWatchAlarms',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: topic.arn,
            Condition: {
              StringEquals: { 'aws:SourceAccount': place.account },
              ArnLike: { 'aws:SourceArn': place.arn('cloudwatch', 'alarm:*') },
            },
          },
        ]),
      },
      child(scope),
    );
    for (const { protocol, endpoint } of topicPlan.subscribers)
      new aws.sns.TopicSubscription(
        idOf(scope, `${key}/${protocol}/${endpoint}`),
        { topic: topic.arn, protocol, endpoint },
        child(scope),
      );
    return topic;
  });
}
