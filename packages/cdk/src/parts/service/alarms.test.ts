import { expect, test } from 'vitest';
import { build, environments, only, planOf, planOfService, resourcesOf, systems } from './testing.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

test.each(environments)('alarms of %s in %s watch metrics that exist, as the plan says', (system, env) => {
  const plan = planOf(systems[system], env);
  const { template } = build(plan);
  for (const planned of Object.values(plan.alarms)) {
    if (planned.service === null) continue;
    const found = Object.values(resourcesOf(template(`service/${planned.service}`), ALARM)).find(
      ({ Properties }) => Properties['AlarmName'] === planned.name,
    );
    expect(found?.Properties).toMatchObject({
      AlarmDescription: planned.description,
      Namespace: planned.metric.namespace,
      MetricName: planned.metric.name,
      Period: planned.metric.periodSeconds,
      Threshold: planned.threshold,
      ComparisonOperator: planned.comparison,
      EvaluationPeriods: planned.evaluationPeriods,
      DatapointsToAlarm: planned.datapointsToAlarm,
      TreatMissingData: planned.treatMissingData,
    });
    // Running tasks of Fargate are counted by Container Insights and by nothing else.
    if (planned.metric.name === 'RunningTaskCount')
      expect(found?.Properties['Namespace']).toBe('ECS/ContainerInsights');
    expect(found?.Properties).not.toHaveProperty('AlarmActions');
  }
});

test('alarms tell the topic where someone is to be told', () => {
  const { template } = build(planOfService({}, { alarms: { notify: ['ops@example.com'] } }));
  for (const { Properties } of Object.values(resourcesOf(template('service/api'), ALARM)))
    expect(Properties['AlarmActions']).toEqual([
      { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'web-dev-foundation' }) },
    ]);
});

test('latency is the slowest percent of the target group, and no traffic is no alarm', () => {
  const { template } = build(planOfService({ alarms: { cpu: false, runningTasks: false, latency: 2 } }));
  expect(only(template('service/api'), ALARM).Properties).toMatchObject({
    MetricName: 'TargetResponseTime',
    ExtendedStatistic: 'p99',
    Threshold: 2,
    TreatMissingData: 'notBreaching',
    Dimensions: [
      { Name: 'LoadBalancer', Value: { 'Fn::GetStackOutput': expect.anything() } },
      { Name: 'TargetGroup', Value: { 'Fn::GetAtt': [expect.anything(), 'TargetGroupFullName'] } },
    ],
  });
});
