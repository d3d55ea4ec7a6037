import type { AlarmName } from '../definition/service.ts';
import type { MetricPlan } from '../plan/observability.ts';
import type { Context, Names } from './context.ts';
import { plain } from './mark.ts';

type Statistic = MetricPlan['statistic'];
type Dimensions = MetricPlan['dimensions'];
type Group = 'blue' | 'green';

const literal = (value: string) => ({ kind: 'literal', value }) as const;

/** The CloudWatch metrics of a system, by what they show. Source: ECS, Container Insights and Application Load Balancer metric lists. */
export function metricsOf(_: Context, names: Names) {
  const clusterName = literal(plain<string>(names('cluster', 'cluster')));
  const metric = (
    namespace: string,
    name: string,
    dimensions: Dimensions,
    statistic: Statistic,
    label: string,
  ): MetricPlan => ({
    namespace,
    name,
    dimensions,
    statistic,
    periodSeconds: 60,
    label,
  });
  const balancer = (name: string, statistic: Statistic, label: string) =>
    metric('AWS/ApplicationELB', name, { LoadBalancer: { kind: 'load-balancer' } }, statistic, label);
  const targetsOf = (key: string, group: Group): Dimensions => ({
    LoadBalancer: { kind: 'load-balancer' },
    TargetGroup: { kind: 'target-group', service: key, targetGroup: group },
  });
  const named = (key: string, group: Group | null) => (group === null ? key : `${key} (${group})`);
  return {
    cluster: {
      cpu: metric('AWS/ECS', 'CPUUtilization', { ClusterName: clusterName }, 'Average', 'CPU of the cluster'),
      memory: metric(
        'AWS/ECS',
        'MemoryUtilization',
        { ClusterName: clusterName },
        'Average',
        'Memory of the cluster',
      ),
    },
    loadBalancer: {
      requests: balancer('RequestCount', 'Sum', 'Requests'),
      responseTime: balancer('TargetResponseTime', 'Average', 'Average response time'),
      slowest: balancer('TargetResponseTime', 'p99', 'p99 of the response time'),
      clientErrors: balancer('HTTPCode_Target_4XX_Count', 'Sum', '4xx of the services'),
      serverErrors: balancer('HTTPCode_Target_5XX_Count', 'Sum', '5xx of the services'),
      ownErrors: balancer('HTTPCode_ELB_5XX_Count', 'Sum', '5xx of the load balancer'),
    },
    /** Metrics of a service; those of its targets by one of its two target groups, null where it has one. */
    service: (key: string, group: Group | null = null) => {
      const ecs = { ClusterName: clusterName, ServiceName: literal(plain<string>(names('service', key))) };
      const target = targetsOf(key, group ?? 'blue');
      const name = named(key, group);
      return {
        cpu: metric('AWS/ECS', 'CPUUtilization', ecs, 'Average', `CPU of ${key}`),
        memory: metric('AWS/ECS', 'MemoryUtilization', ecs, 'Average', `Memory of ${key}`),
        // It exists for Fargate in Container Insights only, not in AWS/ECS.
        runningTasks: metric(
          'ECS/ContainerInsights',
          'RunningTaskCount',
          ecs,
          'Minimum',
          `Running tasks of ${key}`,
        ),
        unhealthyHosts: metric(
          'AWS/ApplicationELB',
          'UnHealthyHostCount',
          target,
          'Maximum',
          `Unhealthy tasks of ${name}`,
        ),
        errors: metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', target, 'Sum', `5xx of ${name}`),
        latency: metric('AWS/ApplicationELB', 'TargetResponseTime', target, 'p99', `p99 of ${name}`),
      } satisfies Readonly<Record<AlarmName, MetricPlan>>;
    },
    healthyHosts: (key: string, group: Group | null = null) =>
      metric(
        'AWS/ApplicationELB',
        'HealthyHostCount',
        targetsOf(key, group ?? 'blue'),
        'Minimum',
        `Healthy tasks of ${named(key, group)}`,
      ),
    mesh: (key: string, discoveryName: string) => {
      const service = {
        ClusterName: clusterName,
        ServiceName: literal(plain<string>(names('service', key))),
      };
      return {
        requests: metric(
          'AWS/ECS',
          'RequestCount',
          { ...service, DiscoveryName: literal(discoveryName) },
          'Sum',
          `Calls to ${key}`,
        ),
        // In milliseconds, unlike the load balancer's.
        latency: metric(
          'AWS/ECS',
          'TargetResponseTime',
          { ...service, TargetDiscoveryName: literal(discoveryName) },
          'Average',
          `Response time of ${key} in ms`,
        ),
      };
    },
  };
}
