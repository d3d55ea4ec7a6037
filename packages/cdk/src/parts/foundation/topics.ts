import { entry, mapEntries, type Plan, type TopicPlan } from '@breakwater/plan';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ApplyTransform } from '../../transform.ts';

const SUBSCRIPTIONS: Readonly<
  Record<TopicPlan['subscribers'][number]['protocol'], (endpoint: string) => sns.ITopicSubscription>
> = {
  email: (endpoint) => new subscriptions.EmailSubscription(endpoint),
  https: (endpoint) =>
    new subscriptions.UrlSubscription(endpoint, { protocol: sns.SubscriptionProtocol.HTTPS }),
  sms: (endpoint) => new subscriptions.SmsSubscription(endpoint),
};

/** Topics that alarms notify, with their subscribers. */
export function createTopics(
  scope: Construct,
  plan: Plan,
  keys: Readonly<Record<string, kms.Key>>,
  transform: ApplyTransform,
): Readonly<Record<string, sns.Topic>> {
  const stack = Stack.of(scope);
  return mapEntries(plan.topics, (topicPlan, key) => {
    const props: sns.TopicProps = {
      topicName: topicPlan.name,
      enforceSSL: topicPlan.enforceTls,
      ...(topicPlan.encryptionKey === null ? {} : { masterKey: entry(keys, topicPlan.encryptionKey, 'key') }),
    };
    const topic = new sns.Topic(scope, constructId(key), transform('topic', key, props));
    // A policy of its own replaces the one that let the account's alarms in.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'CloudWatchAlarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': stack.formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    for (const { protocol, endpoint } of topicPlan.subscribers)
      topic.addSubscription(SUBSCRIPTIONS[protocol](endpoint));
    return topic;
  });
}
