import type { ScalingPolicyPlan } from '@breakwater/plan';
import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import {
  CfnScalingPolicy,
  PredefinedMetric,
  ScalableTarget,
  Schedule,
  ServiceNamespace,
  TargetTrackingScalingPolicy,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ServiceParts } from '../../parts.ts';
import type { ServiceContext } from './context.ts';

const METRICS = {
  cpu: PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
  memory: PredefinedMetric.ECS_SERVICE_AVERAGE_MEMORY_UTILIZATION,
  'requests-per-target': PredefinedMetric.ALB_REQUEST_COUNT_PER_TARGET,
} satisfies Record<ScalingPolicyPlan['metric'], PredefinedMetric>;

/** The metrics that exist every 20 seconds. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-create-policy.html */
const HIGH_RESOLUTION_METRICS = {
  cpu: 'ECSServiceAverageCPUUtilizationHighResolution',
  memory: 'ECSServiceAverageMemoryUtilizationHighResolution',
} as const;

/** What ECS publishes for the policies with high resolution, by the names that its `monitoring` setting has for them. */
const MONITORED_METRICS = { cpu: 'CPUUtilization', memory: 'MemoryUtilization' } as const;

const highResolutionMetric = ({ metric, resolutionSeconds }: ScalingPolicyPlan) =>
  resolutionSeconds === 20 && metric !== 'requests-per-target' ? metric : null;

/** Names of the metrics that the service must publish every 20 seconds. */
export function monitoredMetrics(policies: readonly ScalingPolicyPlan[]): string[] {
  return policies
    .map(highResolutionMetric)
    .filter((metric) => metric !== null)
    .map((metric) => MONITORED_METRICS[metric]);
}

/** Limits, target tracking and schedules of the number of tasks; nothing where the plan fixes the number. */
export function createScaling(
  scope: Construct,
  context: ServiceContext,
  ecsService: FargateService,
  targetGroups: ServiceParts['targetGroups'],
): ScalableTarget | null {
  const { service, key, transform, foundation } = context;
  const { scaling } = service;
  if (scaling === null) return null;
  const target = new ScalableTarget(
    scope,
    'ScalableTarget',
    transform('scalableTarget', key, {
      serviceNamespace: ServiceNamespace.ECS,
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${foundation.cluster.clusterName}/${ecsService.serviceName}`,
      minCapacity: scaling.minimum,
      maxCapacity: scaling.maximum,
      role: serviceLinkedRole(scope),
    }),
  );
  for (const policy of scaling.policies) createPolicy(scope, policy, target, context, targetGroups);
  for (const { name, schedule, timezone, minimum, maximum } of scaling.scheduled)
    target.scaleOnSchedule(name, {
      schedule: Schedule.expression(schedule),
      timeZone: TimeZone.of(timezone),
      ...(minimum !== null && { minCapacity: minimum }),
      ...(maximum !== null && { maxCapacity: maximum }),
    });
  return target;
}

function createPolicy(
  scope: Construct,
  policy: ScalingPolicyPlan,
  target: ScalableTarget,
  { key, foundation }: ServiceContext,
  { blue }: ServiceParts['targetGroups'],
): void {
  const id = `Scaling${constructId(policy.metric)}`;
  const cooldowns = {
    scaleInCooldown: Duration.seconds(policy.scaleInCooldownSeconds),
    scaleOutCooldown: Duration.seconds(policy.scaleOutCooldownSeconds),
  };
  const fine = highResolutionMetric(policy);
  if (fine !== null) {
    // L1: L2 takes the values of an enumeration only, which lacks these two metrics. It can go as soon as it has them.
    // Under the logical id that L2 would give it: going from one period to the other then changes the policy in its place. As a new
    // resource it would take over the policy by its name, and removing the old one would delete it.
    new CfnScalingPolicy(new Construct(scope, id), 'Resource', {
      policyName: policy.name,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.scalableTargetId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: HIGH_RESOLUTION_METRICS[fine] },
        targetValue: policy.target,
        disableScaleIn: policy.disableScaleIn,
        scaleInCooldown: policy.scaleInCooldownSeconds,
        scaleOutCooldown: policy.scaleOutCooldownSeconds,
      },
    });
    return;
  }
  const resourceLabel = () => {
    if (foundation.loadBalancer === null || blue === null)
      throw new Error(`${key} scales by requests per target, but has no target group.`);
    return `${foundation.loadBalancer.loadBalancerFullName}/${blue.targetGroupFullName}`;
  };
  new TargetTrackingScalingPolicy(scope, id, {
    scalingTarget: target,
    policyName: policy.name,
    predefinedMetric: METRICS[policy.metric],
    ...(policy.metric === 'requests-per-target' && { resourceLabel: resourceLabel() }),
    targetValue: policy.target,
    disableScaleIn: policy.disableScaleIn,
    ...cooldowns,
  });
}

/** The role that Application Auto Scaling makes for itself. https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html */
function serviceLinkedRole(scope: Construct) {
  return Role.fromRoleArn(
    scope,
    'ScalingRole',
    Stack.of(scope).formatArn({
      service: 'iam',
      region: '',
      resource: 'role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
      resourceName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    }),
  );
}
