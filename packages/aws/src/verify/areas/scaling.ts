import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { Plan, ScalingPlan, ScalingPolicyPlan, ServicePlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, skipped } from '../outcome.ts';

/** Scalable targets, policies and scheduled actions. */
export function scalingChecks(plan: Plan): Check[] {
  return Object.values(plan.services).flatMap((service) =>
    service.scaling === null ? [withoutScaling(service)] : checksOf(service, service.scaling),
  );
}

function withoutScaling(service: ServicePlan): Check {
  return check('scaling', `${service.key}.target`, `${service.name} does not scale by itself`, async (live) =>
    compare([fact('scalable target', false, (await live.containers.scalableTarget(service.key)) !== null)]),
  );
}

function checksOf({ key, name }: ServicePlan, scaling: ScalingPlan): Check[] {
  return [
    check(
      'scaling',
      `${key}.target`,
      `${name} scales from ${scaling.minimum} to ${scaling.maximum} tasks`,
      async (live) => {
        const found = await live.containers.scalableTarget(key);
        if (found === null)
          return failed(`${scaling.minimum} to ${scaling.maximum} tasks`, 'no scalable target');
        const suspended = found.SuspendedState;
        return compare([
          fact('minimum', scaling.minimum, found.MinCapacity),
          fact('maximum', scaling.maximum, found.MaxCapacity),
          fact(
            'suspended',
            false,
            (suspended?.DynamicScalingInSuspended ?? false) ||
              (suspended?.DynamicScalingOutSuspended ?? false) ||
              (suspended?.ScheduledScalingSuspended ?? false),
          ),
        ]);
      },
    ),
    check('scaling', `${key}.policies`, `${name} scales by the planned metrics`, async (live) => {
      if (await hasNoTarget(live, key)) return skipped(`There is no scalable target of ${name}.`);
      return compareSets(
        'policies',
        scaling.policies.map(describePlanned),
        (await live.containers.scalingPolicies(key)).map(describeLive),
      );
    }),
    ...(scaling.scheduled.length === 0
      ? []
      : [
          check('scaling', `${key}.schedule`, `${name} scales at the planned times`, async (live) => {
            if (await hasNoTarget(live, key)) return skipped(`There is no scalable target of ${name}.`);
            return compareSets(
              'scheduled actions',
              scaling.scheduled.map(
                ({ name: action, schedule, timezone, minimum, maximum }) =>
                  `${action}: ${schedule} ${timezone}, ${minimum ?? 'any'} to ${maximum ?? 'any'}`,
              ),
              (await live.containers.scheduledActions(key)).map(
                ({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }) =>
                  `${ScheduledActionName}: ${Schedule} ${Timezone ?? 'UTC'}, ${ScalableTargetAction?.MinCapacity ?? 'any'} to ${ScalableTargetAction?.MaxCapacity ?? 'any'}`,
              ),
            );
          }),
        ]),
  ];
}

async function hasNoTarget(live: Live, key: string): Promise<boolean> {
  return (await live.containers.scalableTarget(key)) === null;
}

/** AWS's names of the metrics; those of 20 seconds have their own. */
const METRICS = {
  cpu: 'ECSServiceAverageCPUUtilization',
  memory: 'ECSServiceAverageMemoryUtilization',
  'requests-per-target': 'ALBRequestCountPerTarget',
} as const;

function describePlanned(policy: ScalingPolicyPlan): string {
  const metric = `${METRICS[policy.metric]}${policy.resolutionSeconds === 20 ? 'HighResolution' : ''}`;
  return describe(
    policy.name,
    metric,
    policy.target,
    policy.scaleInCooldownSeconds,
    policy.scaleOutCooldownSeconds,
    policy.disableScaleIn,
  );
}

function describeLive({
  PolicyName,
  PolicyType,
  TargetTrackingScalingPolicyConfiguration: tracking,
}: ScalingPolicy) {
  if (tracking === undefined) return `${PolicyName}: ${PolicyType}`;
  return describe(
    PolicyName,
    tracking.PredefinedMetricSpecification?.PredefinedMetricType ?? 'a metric of its own',
    tracking.TargetValue,
    tracking.ScaleInCooldown,
    tracking.ScaleOutCooldown,
    tracking.DisableScaleIn ?? false,
  );
}

function describe(
  name: string | undefined,
  metric: string,
  target: number | undefined,
  cooldownIn: number | undefined,
  cooldownOut: number | undefined,
  disableIn: boolean,
): string {
  return `${name}: ${metric} at ${target}, cooldown in ${cooldownIn} s, out ${cooldownOut} s${disableIn ? ', never in' : ''}`;
}
