import type { AlarmPlan } from '@breakwater/plan';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { constructId } from '../../entry.ts';
import { lowerMetric, type MetricSources } from '../../metrics.ts';
import type { ServiceContext } from './context.ts';

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

/** The alarms that watch this service, by their keys in the plan. */
export function createAlarms(
  scope: Construct,
  { plan, key, transform, foundation }: ServiceContext,
  sources: MetricSources,
): Record<string, Alarm> {
  const own = Object.values(plan.alarms).filter(({ service }) => service === key);
  return Object.fromEntries(
    own.map((planned) => {
      const alarm = new Alarm(
        scope,
        `Alarm${constructId(planned.key)}`,
        transform('alarm', planned.key, {
          alarmName: planned.name,
          alarmDescription: planned.description,
          metric: lowerMetric(planned.metric, sources),
          comparisonOperator: COMPARISONS[planned.comparison],
          threshold: planned.threshold,
          evaluationPeriods: planned.evaluationPeriods,
          datapointsToAlarm: planned.datapointsToAlarm,
          treatMissingData: MISSING_DATA[planned.treatMissingData],
        }),
      );
      if (planned.notifies)
        for (const topic of Object.values(foundation.topics)) alarm.addAlarmAction(new SnsAction(topic));
      return [planned.key, alarm];
    }),
  );
}
