import {
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand as ListAlarmTagsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogGroupTagsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand as ListRepositoryTagsCommand,
} from '@aws-sdk/client-ecr';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand as ListTopicTagsCommand,
  paginateListSubscriptionsByTopic,
} from '@aws-sdk/client-sns';
import type { Plan } from '@breakwater/plan';
import type { Session } from '../../session.ts';
import { inPortions, onceEach, orNull } from '../once.ts';
import { present } from '../outcome.ts';
import type { Clients } from './clients.ts';
import { collect } from './pages.ts';

/** Reads registries, secrets, keys, log groups, topics, alarms and the dashboard, by their names in the account. */
export type OperationsReader = ReturnType<typeof readOperations>;

/** See {@link OperationsReader}. */
export function readOperations(clients: Clients, session: Session, plan: Plan) {
  const { ecr, secrets, kms, logs, sns, cloudWatch } = clients;
  const alarmNames = Object.values(plan.alarms).map(({ name }) => name);
  const findKey = onceEach(async (alias) => {
    const answer = await orNull(['NotFoundException'], kms.send(new DescribeKeyCommand({ KeyId: alias })));
    return answer?.KeyMetadata ?? null;
  });
  const keyId = async (alias: string) => present((await findKey(alias))?.KeyId, `key ${alias}`);
  return {
    findRepository: onceEach(async (name) => {
      const answer = await orNull(
        ['RepositoryNotFoundException'],
        ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
      );
      return answer?.repositories?.[0] ?? null;
    }),
    lifecyclePolicy: onceEach(async (name) => {
      const answer = await orNull(
        ['LifecyclePolicyNotFoundException'],
        ecr.send(new GetLifecyclePolicyCommand({ repositoryName: name })),
      );
      return answer?.lifecyclePolicyText ?? null;
    }),
    repositoryTags: onceEach(async (arn) => {
      const { tags } = await ecr.send(new ListRepositoryTagsCommand({ resourceArn: arn }));
      return tags ?? [];
    }),
    findSecret: onceEach((name) =>
      orNull(['ResourceNotFoundException'], secrets.send(new DescribeSecretCommand({ SecretId: name }))),
    ),
    /** Names of a JSON secret's fields; null when it is no JSON object. The values are dropped here. */
    secretFields: onceEach(async (name): Promise<readonly string[] | null> => {
      const answer = await orNull(
        ['ResourceNotFoundException'],
        secrets.send(new GetSecretValueCommand({ SecretId: name })),
      );
      return fieldNames(present(answer, `value of secret ${name}`).SecretString);
    }),
    findKey,
    keyRotation: async (alias: string) => {
      const answer = await kms.send(new GetKeyRotationStatusCommand({ KeyId: await keyId(alias) }));
      return answer.KeyRotationEnabled ?? false;
    },
    keyPolicy: async (alias: string) => {
      const answer = await kms.send(
        new GetKeyPolicyCommand({ KeyId: await keyId(alias), PolicyName: 'default' }),
      );
      return answer.Policy ?? '';
    },
    keyTags: async (alias: string) => {
      const answer = await kms.send(new ListResourceTagsCommand({ KeyId: await keyId(alias) }));
      return answer.Tags ?? [];
    },
    findLogGroup: onceEach(async (name) => {
      const answer = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      return answer.logGroups?.find(({ logGroupName }) => logGroupName === name) ?? null;
    }),
    logGroupTags: onceEach(async (arn) => {
      // The ARN without the `:*` that DescribeLogGroups ends it with.
      const answer = await logs.send(new ListLogGroupTagsCommand({ resourceArn: arn.replace(/:\*$/, '') }));
      return answer.tags ?? {};
    }),
    topicArn: (name: string) =>
      `arn:${partition(session.region)}:sns:${session.region}:${session.account}:${name}`,
    topicAttributes: onceEach(async (arn) => {
      const answer = await orNull(
        ['NotFoundException', 'NotFound'],
        sns.send(new GetTopicAttributesCommand({ TopicArn: arn })),
      );
      return answer?.Attributes ?? null;
    }),
    subscriptions: onceEach((arn) =>
      collect(paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: arn }), (p) => p.Subscriptions),
    ),
    topicTags: onceEach(async (arn) => {
      const answer = await sns.send(new ListTopicTagsCommand({ ResourceArn: arn }));
      return answer.Tags ?? [];
    }),
    // DescribeAlarms takes a hundred names at once, and shares nine calls a second with all of the account.
    findAlarm: inPortions(alarmNames, 100, async (names) => {
      const answer = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
      return new Map<string, MetricAlarm>(
        (answer.MetricAlarms ?? []).map((alarm) => [alarm.AlarmName ?? '', alarm]),
      );
    }),
    alarmTags: onceEach(async (arn) => {
      const answer = await cloudWatch.send(new ListAlarmTagsCommand({ ResourceARN: arn }));
      return answer.Tags ?? [];
    }),
    findDashboard: onceEach(async (name) => {
      const answer = await orNull(
        ['DashboardNotFoundError', 'ResourceNotFound', 'ResourceNotFoundException'],
        cloudWatch.send(new GetDashboardCommand({ DashboardName: name })),
      );
      return answer?.DashboardBody ?? null;
    }),
  };
}

/** The fields of a JSON object; null for any other text. */
export function fieldNames(text: string | undefined): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
  } catch {
    return null;
  }
}

/** `aws`, or the partition of a region apart: `aws-cn`, `aws-us-gov`. */
export function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
