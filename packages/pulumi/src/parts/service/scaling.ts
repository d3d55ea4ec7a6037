import type { ScalingPolicyPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { child, idOf, named, tagsOf } from '../../scope.ts';
import type { ServiceContext, TargetGroups } from './context.ts';

const METRICS = {
  cpu: 'ECSServiceAverageCPUUtilization',
  memory: 'ECSServiceAverageMemoryUtilization',
  'requests-per-target': 'ALBRequestCountPerTarget',
} satisfies Record<ScalingPolicyPlan['metric'], string>;

/** Limits, target tracking and schedules of the number of tasks; nothing where the plan fixes the number. */
export function createScaling(
  context: ServiceContext,
  ecsService: aws.ecs.Service,
  targetGroups: TargetGroups,
): aws.appautoscaling.Target | null {
  const { scope, service, key, foundation } = context;
  const { scaling } = service;
  if (scaling === null) return null;
  const target = new aws.appautoscaling.Target(
    idOf(scope, key),
    scope.transform('scalableTarget', key, {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${foundation.cluster.name}/${ecsService.name}`,
      minCapacity: scaling.minimum,
      maxCapacity: scaling.maximum,
      tags: tagsOf(scope, service.tags),
    }),
    named(scope),
  );
  const { serviceNamespace, scalableDimension, resourceId } = target;
  const owner = { serviceNamespace, scalableDimension, resourceId };
  for (const policy of scaling.policies)
    new aws.appautoscaling.Policy(
      idOf(scope, `${key}/${policy.metric}`),
      {
        ...owner,
        name: policy.name,
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: METRICS[policy.metric],
            ...(policy.metric === 'requests-per-target'
              ? { resourceLabel: resourceLabel(context, targetGroups) }
              : {}),
          },
          targetValue: policy.target,
          disableScaleIn: policy.disableScaleIn,
          scaleInCooldown: policy.scaleInCooldownSeconds,
          scaleOutCooldown: policy.scaleOutCooldownSeconds,
        },
      },
      named(scope),
    );
  for (const { name, schedule, timezone, minimum, maximum } of scaling.scheduled)
    new aws.appautoscaling.ScheduledAction(
      idOf(scope, `${key}/${name}`),
      {
        ...owner,
        name,
        schedule,
        timezone,
        scalableTargetAction: {
          ...(minimum === null ? {} : { minCapacity: minimum }),
          ...(maximum === null ? {} : { maxCapacity: maximum }),
        },
      },
      child(scope, { deleteBeforeReplace: true }),
    );
  return target;
}

/** How Application Auto Scaling knows a target group: tail of the load balancer's ARN and tail of its own. */
function resourceLabel(
  { key, foundation: { loadBalancer } }: ServiceContext,
  { blue }: TargetGroups,
): pulumi.Output<string> {
  if (loadBalancer === null || blue === null)
    throw new Error(`${key} scales by requests per target, but has no target group.`);
  return pulumi.interpolate`${loadBalancer.arnSuffix}/${blue.arnSuffix}`;
}
