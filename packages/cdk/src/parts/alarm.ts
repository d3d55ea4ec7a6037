import type { AlarmPlan } from '@breakwater/plan';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { lowerMetric, type MetricSources } from '../metrics.ts';
import type { Foundation } from '../parts.ts';
import type { ApplyTransform } from '../transform.ts';

const COMPARISONS = {
  GreaterThanThreshold: ComparisonOperator.GREATER_THAN_THRESHOLD,
  GreaterThanOrEqualToThreshold: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  LessThanThreshold: ComparisonOperator.LESS_THAN_THRESHOLD,
  LessThanOrEqualToThreshold: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} satisfies Record<AlarmPlan['comparison'], ComparisonOperator>;

const MISSING_DATA = {
  missing: TreatMissingData.MISSING,
  notBreaching: TreatMissingData.NOT_BREACHING,
  breaching: TreatMissingData.BREACHING,
  ignore: TreatMissingData.IGNORE,
} satisfies Record<AlarmPlan['treatMissingData'], TreatMissingData>;

/** An alarm of the plan, which tells the topics where it notifies. */
export function createAlarm(
  scope: Construct,
  id: string,
  plan: AlarmPlan,
  sources: MetricSources,
  topics: Foundation['topics'],
  transform: ApplyTransform,
): Alarm {
  const alarm = new Alarm(
    scope,
    id,
    transform('alarm', plan.key, {
      alarmName: plan.name,
      alarmDescription: plan.description,
      metric: lowerMetric(plan.metric, sources),
      comparisonOperator: COMPARISONS[plan.comparison],
      threshold: plan.threshold,
      evaluationPeriods: plan.evaluationPeriods,
      datapointsToAlarm: plan.datapointsToAlarm,
      treatMissingData: MISSING_DATA[plan.treatMissingData],
    }),
  );
  if (plan.notifies) for (const topic of Object.values(topics)) alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}
