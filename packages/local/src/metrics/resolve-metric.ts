import type { Statistic } from '@breakwater/behaviour';
import type { DimensionValue, MetricPlan } from '@breakwater/plan';
import type { MetricName } from '@breakwater/protocol';

/** What of the engine's series a metric of the plan is, or why there is none. */
export type ResolvedMetric =
  | {
      readonly kind: 'series';
      /** Which store has it: of requests through the load balancer and of tasks, or of calls between services. */
      readonly store: 'system' | 'calls';
      readonly metric: MetricName;
      /** Key of the service; null for the load balancer. */
      readonly service: string | null;
      /** Target group of a service that has two. */
      readonly group: 'blue' | 'green' | null;
      readonly statistic: Statistic;
      readonly periodSeconds: number;
      /** What the store's values are multiplied by: Service Connect counts times in milliseconds. */
      readonly factor: number;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** The services of a plan, as far as a metric's dimensions name them. */
export type NamedServices = Readonly<
  Record<
    string,
    {
      readonly name: string;
      readonly ingress: { readonly targetGroups: readonly unknown[] } | null;
      readonly connect?: { readonly server: { readonly discoveryName: string } | null } | null;
    }
  >
>;

type Dimension = 'service' | 'target-group' | 'load-balancer' | 'discovery-name' | 'target-discovery-name';

interface MetricRule {
  readonly metric: MetricName;
  /** Which sets of dimensions AWS publishes it with. */
  readonly of: readonly Dimension[];
  readonly factor?: number;
}

const BY_SERVICE: MetricRule['of'] = ['service'];
const BY_GROUP: MetricRule['of'] = ['target-group'];
const BY_DISCOVERY: MetricRule['of'] = ['discovery-name'];
const BY_TARGET: MetricRule['of'] = ['target-discovery-name'];
const BY_BALANCER: MetricRule['of'] = ['load-balancer'];
const BY_BOTH: MetricRule['of'] = ['target-group', 'load-balancer'];

/**
 * AWS metrics that the engine measures, by namespace and name.
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html} (Service Connect's too)
 * {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html}
 * {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html}
 */
const RULES: Readonly<Record<string, Readonly<Record<string, MetricRule>>>> = {
  'AWS/ECS': {
    CPUUtilization: { metric: 'CPUUtilization', of: BY_SERVICE },
    MemoryUtilization: { metric: 'MemoryUtilization', of: BY_SERVICE },
    // Of Service Connect.
    RequestCount: { metric: 'RequestCount', of: BY_DISCOVERY },
    RequestCountPerTarget: { metric: 'RequestCountPerTarget', of: BY_TARGET },
    TargetResponseTime: { metric: 'TargetResponseTime', of: BY_TARGET, factor: 1_000 },
    HTTPCode_Target_2XX_Count: { metric: 'HTTPCode_Target_2XX_Count', of: BY_TARGET },
    HTTPCode_Target_3XX_Count: { metric: 'HTTPCode_Target_3XX_Count', of: BY_TARGET },
    HTTPCode_Target_4XX_Count: { metric: 'HTTPCode_Target_4XX_Count', of: BY_TARGET },
    HTTPCode_Target_5XX_Count: { metric: 'HTTPCode_Target_5XX_Count', of: BY_TARGET },
  },
  'ECS/ContainerInsights': {
    RunningTaskCount: { metric: 'RunningTaskCount', of: BY_SERVICE },
    PendingTaskCount: { metric: 'PendingTaskCount', of: BY_SERVICE },
    DesiredTaskCount: { metric: 'DesiredTaskCount', of: BY_SERVICE },
  },
  'AWS/ApplicationELB': {
    HealthyHostCount: { metric: 'HealthyHostCount', of: BY_GROUP },
    UnHealthyHostCount: { metric: 'UnHealthyHostCount', of: BY_GROUP },
    RequestCountPerTarget: { metric: 'RequestCountPerTarget', of: BY_GROUP },
    RequestCount: { metric: 'RequestCount', of: BY_BOTH },
    TargetResponseTime: { metric: 'TargetResponseTime', of: BY_BOTH },
    HTTPCode_Target_2XX_Count: { metric: 'HTTPCode_Target_2XX_Count', of: BY_BOTH },
    HTTPCode_Target_3XX_Count: { metric: 'HTTPCode_Target_3XX_Count', of: BY_BOTH },
    HTTPCode_Target_4XX_Count: { metric: 'HTTPCode_Target_4XX_Count', of: BY_BOTH },
    HTTPCode_Target_5XX_Count: { metric: 'HTTPCode_Target_5XX_Count', of: BY_BOTH },
    HTTPCode_ELB_4XX_Count: { metric: 'HTTPCode_ELB_4XX_Count', of: BY_BALANCER },
    HTTPCode_ELB_5XX_Count: { metric: 'HTTPCode_ELB_5XX_Count', of: BY_BALANCER },
  },
};

/**
 * Finds the engine's series of a metric of the plan, so that its alarms are evaluated here as on AWS.
 * What AWS does not publish (a wrong dimension, for example) has no series here either.
 * @param services the plan's services: dimensions name ECS services, series have their keys
 */
export function resolveMetric(plan: MetricPlan, services: NamedServices): ResolvedMetric {
  const namespace = RULES[plan.namespace];
  if (namespace === undefined) return none(`The local engine measures nothing of ${plan.namespace}.`);
  const rule = Object.hasOwn(namespace, plan.name) ? namespace[plan.name] : undefined;
  if (rule === undefined) return none(`The local engine does not measure ${plan.name} of ${plan.namespace}.`);
  const of = findSubject(plan.dimensions, services);
  if (of.kind === 'none') return of;
  if (!rule.of.includes(of.kind)) {
    return none(`${plan.namespace} ${plan.name} has no dimension for a ${of.kind.replaceAll('-', ' ')}.`);
  }
  const { service, group } = of;
  const { statistic, periodSeconds } = plan;
  const store = of.kind.endsWith('discovery-name') ? 'calls' : 'system';
  const { metric, factor = 1 } = rule;
  return { kind: 'series', store, metric, service, group, statistic, periodSeconds, factor };
}

type Subject =
  | {
      readonly kind: Dimension;
      readonly service: string | null;
      readonly group: 'blue' | 'green' | null;
    }
  | { readonly kind: 'none'; readonly reason: string };

function findSubject(dimensions: Readonly<Record<string, DimensionValue>>, services: NamedServices): Subject {
  const { TargetGroup, ServiceName, LoadBalancer, DiscoveryName, TargetDiscoveryName } = dimensions;
  if (DiscoveryName !== undefined) return findCallee('discovery-name', DiscoveryName, ServiceName, services);
  if (TargetDiscoveryName !== undefined)
    return findCallee('target-discovery-name', TargetDiscoveryName, ServiceName, services);
  if (TargetGroup !== undefined) return findTargetGroup(TargetGroup, services);
  if (ServiceName !== undefined) return findService(ServiceName, services);
  if (LoadBalancer?.kind === 'load-balancer') return { kind: 'load-balancer', service: null, group: null };
  return none(
    `The local engine keeps no metrics by ${Object.keys(dimensions).join(' and ') || 'no dimension'}.`,
  );
}

function findTargetGroup(value: DimensionValue, services: NamedServices): Subject {
  if (value.kind !== 'target-group')
    return none('The dimension TargetGroup names no target group of the plan.');
  const service = Object.hasOwn(services, value.service) ? services[value.service] : undefined;
  if (service === undefined) return none(`The plan has no service "${value.service}".`);
  const groups = service.ingress?.targetGroups.length ?? 0;
  return { kind: 'target-group', service: value.service, group: groups > 1 ? value.targetGroup : null };
}

function findService(value: DimensionValue, services: NamedServices): Subject {
  if (value.kind !== 'literal') return none('The dimension ServiceName is no plain name.');
  const found = Object.entries(services).find(([, service]) => service.name === value.value);
  if (found === undefined) return none(`The plan has no ECS service named "${value.value}".`);
  return { kind: 'service', service: found[0], group: null };
}

/** The service that is called by a name; with `ServiceName` it must be that one. */
function findCallee(
  kind: Dimension,
  name: DimensionValue,
  serviceName: DimensionValue | undefined,
  services: NamedServices,
): Subject {
  if (name.kind !== 'literal') return none('The discovery name is no plain name.');
  const found = Object.entries(services).find(
    ([, service]) => service.connect?.server?.discoveryName === name.value,
  );
  if (found === undefined) return none(`No service of the plan is called by the name "${name.value}".`);
  if (serviceName !== undefined) {
    const owner = findService(serviceName, services);
    if (owner.kind === 'none') return owner;
    if (owner.service !== found[0])
      return none(`The name "${name.value}" does not belong to the service in the dimension ServiceName.`);
  }
  return { kind, service: found[0], group: null };
}

function none(reason: string): { readonly kind: 'none'; readonly reason: string } {
  return { kind: 'none', reason };
}
