import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmPlan, MetricPlan, Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { fullName } from '../live/load-balancing.ts';
import { compare, fact, failed, present } from '../outcome.ts';

/** Alarms: what they watch, and that they would tell. */
export function alarmChecks(plan: Plan): Check[] {
  return Object.values(plan.alarms).flatMap((alarm) => checksOf(plan, alarm));
}

function checksOf(plan: Plan, alarm: AlarmPlan): Check[] {
  const { key, name } = alarm;
  const find = async (live: Live) => present(await live.operations.findAlarm(name), `alarm ${name}`);
  return [
    check('alarms', `${key}.armed`, `alarm ${name} is armed and quiet`, async (live) => {
      const found = await live.operations.findAlarm(name);
      if (found === null) return failed(name, 'no such alarm');
      const topics = alarm.notifies
        ? Object.values(plan.topics).map((topic) => live.operations.topicArn(topic.name))
        : [];
      return compare([
        // Without data it is armed all the same: a service that was just deployed has none.
        fact('state', found.StateValue === 'ALARM' ? 'OK' : found.StateValue, found.StateValue),
        fact('actions', true, found.ActionsEnabled ?? false),
        fact('tells', topics, found.AlarmActions ?? []),
      ]);
    }),
    check('alarms', `${key}.configuration`, `alarm ${name} watches what is planned`, async (live) => {
      const found = await find(live);
      return compare([
        fact('metric', await describeMetric(live, alarm.metric), describeLive(found)),
        fact('comparison', alarm.comparison, found.ComparisonOperator),
        fact('threshold', alarm.threshold, found.Threshold),
        fact('periods', alarm.evaluationPeriods, found.EvaluationPeriods),
        fact('datapoints', alarm.datapointsToAlarm, found.DatapointsToAlarm ?? found.EvaluationPeriods),
        fact('missing data', alarm.treatMissingData, found.TreatMissingData ?? 'missing'),
      ]);
    }),
  ];
}

/** `AWS/ECS CPUUtilization {ClusterName=c, ServiceName=s} Average of 60 s`, with what AWS has named by now. */
export async function describeMetric(live: Live, metric: MetricPlan): Promise<string> {
  const dimensions = await Promise.all(
    Object.entries(metric.dimensions).map(async ([name, value]): Promise<readonly [string, string]> => {
      if (value.kind === 'literal') return [name, value.value];
      if (value.kind === 'load-balancer') return [name, fullName(await live.loadBalancing.arn())];
      const group = live.plan.services[value.service]?.ingress?.targetGroups.find(
        ({ key }) => key === value.targetGroup,
      );
      const found = await live.loadBalancing.targetGroup(group?.name ?? value.service);
      return [name, fullName(present(found.TargetGroupArn, `target group of ${value.service}`))];
    }),
  );
  return metricText(metric.namespace, metric.name, dimensions, metric.statistic, metric.periodSeconds);
}

function describeLive(alarm: MetricAlarm): string {
  if (alarm.MetricName === undefined) return 'an expression';
  return metricText(
    alarm.Namespace,
    alarm.MetricName,
    (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const),
    alarm.ExtendedStatistic ?? alarm.Statistic,
    alarm.Period,
  );
}

/** One form for metrics of the plan, of alarms and of dashboards; dimensions in alphabetical order. */
export function metricText(
  namespace: string | undefined,
  name: string,
  dimensions: readonly (readonly [string, string])[],
  statistic: string | undefined,
  period: number | undefined,
): string {
  const inside = dimensions
    .map(([dimension, value]) => `${dimension}=${value}`)
    .sort()
    .join(', ');
  return `${namespace} ${name} {${inside}} ${statistic} of ${period} s`;
}
