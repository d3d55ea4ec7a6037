import type { AlarmPlan, Plan } from '@breakwater/plan';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { byKey, constructId } from '../../entry.ts';
import { lowerMetric } from '../../metrics.ts';
import type { Foundation } from '../../parts.ts';
import type { ApplyTransform } from '../../transform.ts';

const OPERATORS: Readonly<Record<AlarmPlan['comparison'], cloudwatch.ComparisonOperator>> = {
  GreaterThanThreshold: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  GreaterThanOrEqualToThreshold: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  LessThanThreshold: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  LessThanOrEqualToThreshold: cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
};

const MISSING_DATA: Readonly<Record<AlarmPlan['treatMissingData'], cloudwatch.TreatMissingData>> = {
  missing: cloudwatch.TreatMissingData.MISSING,
  notBreaching: cloudwatch.TreatMissingData.NOT_BREACHING,
  breaching: cloudwatch.TreatMissingData.BREACHING,
  ignore: cloudwatch.TreatMissingData.IGNORE,
};

/** The alarms that watch no service; those of a service stand with it. */
export function createAlarms(
  scope: Construct,
  plan: Plan,
  loadBalancer: Foundation['loadBalancer'],
  topics: Readonly<Record<string, sns.Topic>>,
  transform: ApplyTransform,
): Readonly<Record<string, cloudwatch.Alarm>> {
  const own = Object.values(plan.alarms).filter(({ service }) => service === null);
  return byKey(own, (alarm) => {
    const props: cloudwatch.AlarmProps = {
      alarmName: alarm.name,
      alarmDescription: alarm.description,
      metric: lowerMetric(alarm.metric, { loadBalancer, services: {} }),
      comparisonOperator: OPERATORS[alarm.comparison],
      threshold: alarm.threshold,
      evaluationPeriods: alarm.evaluationPeriods,
      datapointsToAlarm: alarm.datapointsToAlarm,
      treatMissingData: MISSING_DATA[alarm.treatMissingData],
    };
    const resource = new cloudwatch.Alarm(
      scope,
      constructId(alarm.key),
      transform('alarm', alarm.key, props),
    );
    if (alarm.notifies)
      for (const topic of Object.values(topics)) resource.addAlarmAction(new SnsAction(topic));
    return resource;
  });
}
