import { expect, test } from 'vitest';
import { build, environments, only, planOf, planOfService, resourcesOf, systems } from './testing.ts';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const stackOf = (scaling: object, service: object = {}) =>
  build(planOfService({ scaling, ...service })).template('service/api');

test.each(environments)('scaling of %s in %s has limits, target and cooldowns of the plan', (system, env) => {
  const plan = planOf(systems[system], env);
  const { template } = build(plan);
  for (const [key, { scaling, desiredCount }] of Object.entries(plan.services)) {
    expect(only(template(`service/${key}`), TARGET).Properties).toMatchObject({
      MinCapacity: scaling?.minimum,
      MaxCapacity: scaling?.maximum,
      ScalableDimension: 'ecs:service:DesiredCount',
      ServiceNamespace: 'ecs',
    });
    // The template starts one task and scaling lifts it to the minimum: that has to be the count that is wanted.
    expect(scaling?.minimum).toBe(desiredCount);
    const [policy] = scaling?.policies ?? [];
    expect(only(template(`service/${key}`), POLICY).Properties).toMatchObject({
      PolicyName: policy?.name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        TargetValue: policy?.target,
        ScaleInCooldown: policy?.scaleInCooldownSeconds,
        ScaleOutCooldown: policy?.scaleOutCooldownSeconds,
        DisableScaleIn: false,
      },
    });
  }
});

test('the resource that scales is the service in its cluster, once it is there', () => {
  const { Properties } = only(stackOf({}), TARGET);
  expect(Properties['ResourceId']).toEqual({
    'Fn::Join': [
      '',
      [
        'service/',
        { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'web-dev-foundation' }) },
        '/',
        { 'Fn::GetAtt': [expect.stringContaining('Service'), 'Name'] },
      ],
    ],
  });
  expect(JSON.stringify(Properties['RoleARN'])).toContain(
    'AWSServiceRoleForApplicationAutoScaling_ECSService',
  );
});

test('20-second metrics are published by the service and followed by the policies', () => {
  const stack = stackOf({ cpu: 60, memory: 75, resolution: '20 s' });
  const types = Object.values(resourcesOf(stack, POLICY)).map(
    ({ Properties }) => JSON.stringify(Properties).match(/PredefinedMetricType":"(\w+)"/)?.[1],
  );
  expect(types.sort()).toEqual([
    'ECSServiceAverageCPUUtilizationHighResolution',
    'ECSServiceAverageMemoryUtilizationHighResolution',
  ]);
  expect(only(stack, 'AWS::ECS::Service').Properties['Monitoring']).toEqual({
    MetricConfigurations: [{ MetricNames: ['CPUUtilization', 'MemoryUtilization'], ResolutionSeconds: 20 }],
  });
  expect(only(stackOf({ cpu: 60 }), 'AWS::ECS::Service').Properties).not.toHaveProperty('Monitoring');
});

test('policies on 20-second metrics come after the service that publishes them', () => {
  const stack = stackOf({ cpu: 60, resolution: '20 s' });
  const [service] = Object.keys(resourcesOf(stack, 'AWS::ECS::Service'));
  const [target] = Object.keys(resourcesOf(stack, TARGET));
  expect(only(stack, POLICY).Properties['ScalingTargetId']).toEqual({ Ref: target });
  expect(JSON.stringify(only(stack, TARGET).Properties['ResourceId'])).toContain(
    JSON.stringify({ 'Fn::GetAtt': [service, 'Name'] }),
  );
});

test('a policy that changes its period stays the same resource', () => {
  const policies = (resolution: string) =>
    Object.keys(resourcesOf(stackOf({ cpu: 60, memory: 75, resolution }), POLICY));
  expect(policies('20 s')).toEqual(policies('60 s'));
});

test('requests per target are counted for the load balancer and the target group that have them', () => {
  const { Properties } = only(stackOf({ requests: 500 }), POLICY);
  expect(Properties['TargetTrackingScalingPolicyConfiguration']).toMatchObject({
    TargetValue: 500,
    PredefinedMetricSpecification: {
      PredefinedMetricType: 'ALBRequestCountPerTarget',
      ResourceLabel: {
        'Fn::Join': [
          '',
          [
            { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'web-dev-foundation' }) },
            '/',
            { 'Fn::GetAtt': [expect.stringContaining('TargetGroupBlue'), 'TargetGroupFullName'] },
          ],
        ],
      },
    },
  });
});

test('schedules change the limits at their time, in their zone', () => {
  const stack = stackOf({
    tasks: [2, 4],
    cpu: 60,
    schedule: [
      { name: 'evening', at: 'cron(0 18 * * ? *)', timezone: 'Europe/Berlin', tasks: [6, 12] },
      { name: 'sale', at: 'at(2026-11-27T08:00:00)', tasks: [20, 40] },
    ],
  });
  const { Properties } = only(stack, TARGET);
  expect(Properties['ScheduledActions']).toEqual([
    {
      ScheduledActionName: expect.stringContaining('evening'),
      Schedule: 'cron(0 18 * * ? *)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 6, MaxCapacity: 12 },
    },
    {
      ScheduledActionName: expect.stringContaining('sale'),
      Schedule: 'at(2026-11-27T08:00:00)',
      Timezone: expect.stringMatching(/UTC/),
      ScalableTargetAction: { MinCapacity: 20, MaxCapacity: 40 },
    },
  ]);
});

test('a policy may only add tasks', () => {
  const { Properties } = only(stackOf({ cpu: 60, onlyOut: true }), POLICY);
  expect(Properties['TargetTrackingScalingPolicyConfiguration']).toMatchObject({ DisableScaleIn: true });
});

test('a fixed number of tasks has no scaling', () => {
  const stack = stackOf({ tasks: 2 });
  stack.resourceCountIs(TARGET, 0);
  stack.resourceCountIs(POLICY, 0);
});
