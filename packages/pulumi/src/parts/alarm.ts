import type { AlarmPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { lowerDimensions, type MetricSources } from '../metrics.ts';
import { idOf, named, type Scope, tagsOf } from '../scope.ts';

/** Percentiles stand apart from the other statistics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const statistic = (name: AlarmPlan['metric']['statistic']) =>
  name.startsWith('p') ? { extendedStatistic: name } : { statistic: name };

/** An alarm of the plan, which tells the topics where it notifies. */
export function createAlarm(
  scope: Scope,
  plan: AlarmPlan,
  sources: MetricSources,
  topics: Readonly<Record<string, aws.sns.Topic>>,
  tags: Readonly<Record<string, string>> = {},
): aws.cloudwatch.MetricAlarm {
  const { metric } = plan;
  return new aws.cloudwatch.MetricAlarm(
    idOf(scope, plan.key),
    scope.transform('alarm', plan.key, {
      name: plan.name,
      alarmDescription: plan.description,
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: lowerDimensions(metric, sources),
      ...statistic(metric.statistic),
      period: metric.periodSeconds,
      comparisonOperator: plan.comparison,
      threshold: plan.threshold,
      evaluationPeriods: plan.evaluationPeriods,
      datapointsToAlarm: plan.datapointsToAlarm,
      treatMissingData: plan.treatMissingData,
      ...(plan.notifies ? { alarmActions: Object.values(topics).map(({ arn }) => arn) } : {}),
      tags: tagsOf(scope, tags),
    }),
    named(scope),
  );
}
