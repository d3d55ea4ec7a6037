import type {
  AlarmModel,
  DashboardModel,
  KeyModel,
  LogGroupModel,
  MetricModel,
  RoleModel,
  TopicModel,
} from '../model.ts';
import type { Assembly } from './assembly.ts';
import { isJson, list, number, text, texts } from './json.ts';
import { nameIn, namesIn, pointingAt, removalOf, statementsOf } from './words.ts';

export function readRoles(assembly: Assembly): readonly RoleModel[] {
  const policies = assembly.of('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  return assembly.of('AWS::IAM::Role').map(({ name, properties }) => ({
    name,
    trust: statementsOf(properties['AssumeRolePolicyDocument']),
    managedPolicies: texts(properties, 'ManagedPolicyArns'),
    statements: [
      ...list(properties, 'Policies').flatMap((policy) =>
        isJson(policy) ? statementsOf(policy['PolicyDocument']) : [],
      ),
      ...pointingAt(policies, 'Roles', name).flatMap((policy) =>
        statementsOf(policy.properties['PolicyDocument']),
      ),
    ],
  }));
}

export function readKeys(assembly: Assembly): readonly KeyModel[] {
  const aliases = assembly.of('AWS::KMS::Alias');
  return assembly.of('AWS::KMS::Key').map((resource) => ({
    alias: pointingAt(aliases, 'TargetKeyId', resource.name)[0]?.name ?? null,
    rotation: text(resource.properties, 'EnableKeyRotation') === 'true',
    policy: statementsOf(resource.properties['KeyPolicy']),
    removal: removalOf(resource),
  }));
}

export function readLogGroups(assembly: Assembly): readonly LogGroupModel[] {
  return assembly.of('AWS::Logs::LogGroup').map((resource) => {
    const key = text(resource.properties, 'KmsKeyId');
    return {
      name: resource.name,
      retentionDays: number(resource.properties, 'RetentionInDays'),
      key: key === null ? null : nameIn(key),
      removal: removalOf(resource),
    };
  });
}

export function readTopics(assembly: Assembly): readonly TopicModel[] {
  const subscriptions = assembly.of('AWS::SNS::Subscription');
  return assembly.of('AWS::SNS::Topic').map(({ name, properties }) => ({
    name,
    subscriptions: [
      ...list(properties, 'Subscription'),
      ...pointingAt(subscriptions, 'TopicArn', name).map((each) => each.properties),
    ].map((each) => ({ protocol: text(each, 'Protocol') ?? '', endpoint: text(each, 'Endpoint') ?? '' })),
  }));
}

export function readAlarms(assembly: Assembly): readonly AlarmModel[] {
  return assembly.of('AWS::CloudWatch::Alarm').map(({ name, properties }) => {
    const periods = number(properties, 'EvaluationPeriods') ?? 0;
    return {
      name,
      metric: {
        namespace: text(properties, 'Namespace') ?? '',
        name: text(properties, 'MetricName') ?? '',
        dimensions: Object.fromEntries(
          list(properties, 'Dimensions').map((each) => [text(each, 'Name') ?? '', text(each, 'Value') ?? '']),
        ),
        statistic: text(properties, 'Statistic') ?? text(properties, 'ExtendedStatistic'),
        periodSeconds: number(properties, 'Period'),
      },
      comparison: text(properties, 'ComparisonOperator') ?? '',
      threshold: number(properties, 'Threshold') ?? Number.NaN,
      evaluationPeriods: periods,
      // All periods, where nothing else is said.
      datapointsToAlarm: number(properties, 'DatapointsToAlarm') ?? periods,
      actions: text(properties, 'ActionsEnabled') === 'false' ? [] : namesIn(properties, 'AlarmActions'),
    };
  });
}

export function readDashboards(assembly: Assembly): readonly DashboardModel[] {
  return assembly.of('AWS::CloudWatch::Dashboard').map(({ name, properties }) => {
    const body: unknown = JSON.parse(text(properties, 'DashboardBody') ?? '{}');
    return {
      name,
      widgets: list(body, 'widgets').map((widget) => ({
        title: text(widget, 'properties', 'title') ?? '',
        metrics: metrics(list(widget, 'properties', 'metrics')),
      })),
    };
  });
}

/**
 * The rows of a widget's `metrics`: namespace, name, dimensions by pairs, options; `.` repeats what stands in the same place
 * of the row above, `...` all that the row does not say.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
function metrics(rows: readonly unknown[]): readonly MetricModel[] {
  let above: readonly string[] = [];
  return rows.map((row) => {
    const parts = list({ row }, 'row');
    const options = parts.find(isJson);
    const own = parts.filter((each) => typeof each === 'string');
    const words = own.includes('...')
      ? [...above.slice(0, above.length - own.length + 1), ...own.slice(1)]
      : own.map((word, index) => (word === '.' ? (above[index] ?? '') : word));
    above = words;
    const [namespace = '', metric = '', ...pairs] = words;
    const dimensions: Record<string, string> = {};
    for (let index = 0; index < pairs.length; index += 2)
      dimensions[pairs[index] ?? ''] = pairs[index + 1] ?? '';
    return {
      namespace,
      name: metric,
      dimensions,
      statistic: text(options, 'stat'),
      periodSeconds: number(options, 'period'),
    };
  });
}
