import type { AlarmName, DeploymentDefinition, ServiceDefinition } from '../../definition/service.ts';
import type {
  DeploymentPlan,
  DeploymentStrategyPlan,
  ServiceConnectPlan,
  ServicePlan,
} from '../../plan/service.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { seconds } from '../shapes.ts';
import { alarmKey } from './names.ts';

interface Needs {
  readonly names: Names;
  readonly connects: Readonly<Record<string, Draft<ServiceConnectPlan | null>>>;
}

export interface DeploymentPart {
  readonly deployment: Draft<DeploymentPlan>;
  readonly infrastructureRole: Draft<ServicePlan['infrastructureRole']>;
}

const minutes = (text: string) => seconds(text) / 60;

/** The deployment in its long form. */
export function deploymentOf(service: ServiceDefinition): DeploymentDefinition {
  return typeof service.deployment === 'string'
    ? { strategy: service.deployment }
    : (service.deployment ?? {});
}

/**
 * The target groups between which ECS moves the service's traffic, or one null: all traffic stays with the first. What is
 * measured at the targets is measured for each of them, as either may have the traffic.
 */
export function shiftedGroups(service: ServiceDefinition): readonly ('blue' | 'green' | null)[] {
  const staged = (deploymentOf(service).strategy ?? 'rolling') !== 'rolling' && service.routes !== undefined;
  return staged ? ['blue', 'green'] : [null];
}

/** The target groups for which an alarm of this kind stands: those of {@link shiftedGroups}, where it watches targets. */
export function alarmGroups(service: ServiceDefinition, alarm: AlarmName): ReturnType<typeof shiftedGroups> {
  return AT_TARGETS.has(alarm) ? shiftedGroups(service) : [null];
}

const AT_TARGETS: ReadonlySet<AlarmName> = new Set(['unhealthyHosts', 'errors', 'latency']);

function strategyOf(t: Tracer, service: ServiceDefinition, at: string): Draft<DeploymentStrategyPlan> {
  const given = deploymentOf(service);
  const kindPath = typeof service.deployment === 'string' ? at : `${at}.strategy`;
  const bake = t.read(given.bake, `${at}.bake`, minutes, 5, 'time to see errors and go back at once');
  switch (given.strategy ?? 'rolling') {
    case 'rolling':
      return {
        kind: t.option(
          given.strategy === undefined ? undefined : 'rolling',
          kindPath,
          'rolling',
          'needs no second set of tasks',
        ),
      };
    case 'blue-green':
      return { kind: t.given('blue-green', kindPath), bakeMinutes: bake };
    case 'canary':
      return {
        kind: t.given('canary', kindPath),
        percent: t.option(given.canary?.percent, `${at}.canary.percent`, 5, "ECS's own default"),
        canaryBakeMinutes: t.read(given.canary?.bake, `${at}.canary.bake`, minutes, 10, "ECS's own default"),
        bakeMinutes: bake,
      };
    case 'linear':
      return {
        kind: t.given('linear', kindPath),
        stepPercent: t.option(given.linear?.percent, `${at}.linear.percent`, 10, "ECS's own default"),
        stepBakeMinutes: t.read(given.linear?.bake, `${at}.linear.bake`, minutes, 6, "ECS's own default"),
        bakeMinutes: bake,
      };
  }
}

function circuitBreaker(
  t: Tracer,
  given: DeploymentDefinition['circuitBreaker'],
  at: string,
): Draft<DeploymentPlan['circuitBreaker']> {
  const why = 'a version that never gets healthy is taken back';
  if (given === undefined)
    return t.defaulted<DeploymentPlan['circuitBreaker']>({ enabled: true, rollback: true }, at, why);
  if (typeof given === 'boolean')
    return t.given<DeploymentPlan['circuitBreaker']>({ enabled: given, rollback: given }, at);
  return { enabled: t.given(true, at), rollback: t.option(given.rollback, `${at}.rollback`, true, why) };
}

/** Strategy, percentages, circuit breaker and rollback alarms of the services. */
export function deployment(
  { names, connects }: Needs,
  context: Context,
): Result<{ readonly deployments: Readonly<Record<string, DeploymentPart>> }> {
  const t = context.tracer('deployment');
  const deployments = mapRecord(context.definition.services, (service, key): DeploymentPart => {
    const at = `services.${key}.deployment`;
    const given = deploymentOf(service);
    const connected = connects[key];
    const tls = connected === undefined ? null : (plain<ServiceConnectPlan | null>(connected)?.tls ?? null);
    const shifts = shiftedGroups(service).length > 1;
    const policies = [
      ...(shifts ? ['load-balancers' as const] : []),
      ...(tls === null ? [] : ['service-connect-tls' as const]),
    ];
    return {
      deployment: {
        strategy: strategyOf(t, service, at),
        minimumHealthyPercent: t.option(
          given.minimumHealthy,
          `${at}.minimumHealthy`,
          100,
          'no task less than wanted at any moment',
        ),
        maximumPercent: t.option(given.maximum, `${at}.maximum`, 200, 'new tasks start before old ones stop'),
        circuitBreaker: circuitBreaker(t, given.circuitBreaker, `${at}.circuitBreaker`),
        rollbackAlarms: t.read<readonly AlarmName[], readonly string[]>(
          given.rollbackOn,
          `${at}.rollbackOn`,
          (alarms) =>
            [...new Set(alarms)].flatMap((alarm) =>
              alarmGroups(service, alarm).map((group) => alarmKey(key, alarm, group)),
            ),
          [],
          'the circuit breaker alone decides',
        ),
        availabilityZoneRebalancing: t.option(
          given.zoneRebalancing,
          `${at}.zoneRebalancing`,
          (given.maximum ?? 200) > 100,
          'tasks spread over the zones again after one has failed',
        ),
      },
      infrastructureRole:
        policies.length === 0
          ? t.derived<ServicePlan['infrastructureRole']>(
              null,
              [at],
              'ECS shifts no traffic and gives out no certificates',
            )
          : t.derived<ServicePlan['infrastructureRole']>(
              { name: names('role', `${key}/infrastructure`), policies },
              [at, 'connect.certificateAuthority'],
              'ECS acts on the load balancer or the certificate authority',
            ),
    };
  });
  return { added: { deployments } };
}
