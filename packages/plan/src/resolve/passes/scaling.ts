import type { CapacityShare, ScalingDefinition, ServiceDefinition } from '../../definition/service.ts';
import type {
  CapacityProviderPlan,
  ScalingMetric,
  ScalingPlan,
  ScalingPolicyPlan,
} from '../../plan/service.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import type { Draft, Marked, Tracer } from '../mark.ts';
import { seconds } from '../shapes.ts';

/** How many tasks, where, and what changes their number. */
export interface ScalingPart {
  readonly desiredCount: Draft<number>;
  readonly capacity: Draft<readonly CapacityProviderPlan[]>;
  readonly scaling: Draft<ScalingPlan | null>;
}

const METRICS = [
  ['cpu', 'cpu'],
  ['memory', 'memory'],
  ['requests', 'requests-per-target'],
] as const satisfies readonly (readonly [keyof ScalingDefinition, ScalingMetric])[];

function share(
  given: CapacityShare | undefined,
  weight: number,
): { readonly weight: number; readonly base: number } {
  if (given === undefined) return { weight: 0, base: 0 };
  return typeof given === 'number'
    ? { weight: given, base: 0 }
    : { weight: given.weight ?? weight, base: given.base ?? 0 };
}

function capacityOf(
  t: Tracer,
  service: ServiceDefinition,
  at: string,
): Draft<readonly CapacityProviderPlan[]> {
  const given = service.capacity ?? 'on-demand';
  const path = `${at}.capacity`;
  const only = (provider: CapacityProviderPlan['provider']): readonly CapacityProviderPlan[] => [
    { provider, weight: 1, base: 0 },
  ];
  if (given === 'on-demand') {
    return t.option(
      service.capacity === undefined ? undefined : only('FARGATE'),
      path,
      only('FARGATE'),
      'capacity that nobody takes back',
    );
  }
  if (given === 'spot') return t.given(only('FARGATE_SPOT'), path);
  return [
    ...(given.onDemand === undefined
      ? []
      : [
          t.given<CapacityProviderPlan>(
            { provider: 'FARGATE', ...share(given.onDemand, 1) },
            `${path}.onDemand`,
          ),
        ]),
    ...(given.spot === undefined
      ? []
      : [
          t.given<CapacityProviderPlan>(
            { provider: 'FARGATE_SPOT', ...share(given.spot, 1) },
            `${path}.spot`,
          ),
        ]),
    ...(given.onDemand === undefined && given.spot === undefined
      ? [t.given<CapacityProviderPlan>({ provider: 'FARGATE', weight: 1, base: 0 }, path)]
      : []),
  ];
}

function cooldowns(
  t: Tracer,
  scaling: ScalingDefinition,
  at: string,
): { readonly in: Marked<number>; readonly out: Marked<number> } {
  const { cooldown } = scaling;
  const path = `${at}.cooldown`;
  if (typeof cooldown === 'string')
    return { in: t.given(seconds(cooldown), path), out: t.given(seconds(cooldown), path) };
  return {
    in: t.read(
      cooldown?.in,
      `${path}.in`,
      seconds,
      300,
      'taking tasks away in a hurry costs more than keeping them five minutes',
    ),
    out: t.read(cooldown?.out, `${path}.out`, seconds, 60, 'a rise is answered every minute'),
  };
}

function policies(
  t: Tracer,
  key: string,
  scaling: ScalingDefinition,
  names: Names,
  at: string,
): readonly Draft<ScalingPolicyPlan>[] {
  const cooldown = cooldowns(t, scaling, at);
  const given = METRICS.filter(([option]) => scaling[option] !== undefined);
  const wanted = given.length > 0 ? given : METRICS.slice(0, 1);
  return wanted.map(([option, metric]) => ({
    name: names('scaling-policy', `${key}/${option}`),
    metric: t.derived<ScalingMetric>(metric, [`${at}.${option}`], 'the target that is kept'),
    target: t.option(scaling[option], `${at}.${option}`, 70, 'leaves room for a rise until new tasks run'),
    resolutionSeconds: t.read<string, 60 | 20>(
      scaling.resolution,
      `${at}.resolution`,
      (text) => (text === '20 s' ? 20 : 60),
      60,
      'metrics of 20 s are paid',
    ),
    scaleInCooldownSeconds: cooldown.in,
    scaleOutCooldownSeconds: cooldown.out,
    disableScaleIn: t.option(scaling.onlyOut, `${at}.onlyOut`, false, 'tasks that nobody needs cost money'),
  }));
}

function scalingOf(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  names: Names,
): Omit<ScalingPart, 'capacity'> {
  const at = `services.${key}.scaling`;
  const scaling = service.scaling ?? {};
  const tasks = scaling.tasks ?? [2, 4];
  if (typeof tasks === 'number') {
    return {
      desiredCount: t.option(scaling.desired, `${at}.desired`, tasks, 'the fixed number of tasks'),
      scaling: t.given<ScalingPlan | null>(null, `${at}.tasks`),
    };
  }
  const [minimum] = tasks;
  const limit = (index: 0 | 1) =>
    t.option(
      scaling.tasks === undefined ? undefined : tasks[index],
      `${at}.tasks.${index}`,
      tasks[index],
      'two tasks survive the loss of one; four bound the price',
    );
  return {
    desiredCount:
      scaling.desired === undefined
        ? t.derived(minimum, [`${at}.tasks`], 'the minimum')
        : t.given(scaling.desired, `${at}.desired`),
    scaling: {
      minimum: limit(0),
      maximum: limit(1),
      policies: policies(t, key, scaling, names, at),
      scheduled:
        scaling.schedule === undefined || scaling.schedule.length === 0
          ? t.defaulted<ScalingPlan['scheduled']>([], `${at}.schedule`, 'no schedule')
          : scaling.schedule.map((each, index) =>
              t.given<ScalingPlan['scheduled'][number]>(
                {
                  name: names('scaling-policy', `${key}/schedule/${each.name}`),
                  schedule: each.at,
                  timezone: t.option(
                    each.timezone,
                    `${at}.schedule.${index}.timezone`,
                    'UTC',
                    'the same all year',
                  ),
                  minimum: each.tasks[0],
                  maximum: each.tasks[1],
                },
                `${at}.schedule.${index}`,
              ),
            ),
    },
  };
}

/** Number of tasks, capacity providers and target-tracking policies of the services. */
export function scaling(
  { names }: { readonly names: Names },
  context: Context,
): Result<{ readonly scalings: Readonly<Record<string, ScalingPart>> }> {
  const t = context.tracer('scaling');
  return {
    added: {
      scalings: mapRecord(context.definition.services, (service, key) => ({
        ...scalingOf(t, key, service, names),
        capacity: capacityOf(t, service, `services.${key}`),
      })),
    },
  };
}
