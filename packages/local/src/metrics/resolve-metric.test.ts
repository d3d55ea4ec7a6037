import type { DimensionValue, MetricPlan } from '@breakwater/plan';
import { describe, expect, it } from 'vitest';
import { resolveMetric } from './resolve-metric.ts';

const one = { targetGroups: [{ key: 'blue' }] };
const two = { targetGroups: [{ key: 'blue' }, { key: 'green' }] };
const services = {
  catalog: { name: 'svc-catalog-dev', ingress: one },
  shop: { name: 'svc-shop-dev', ingress: two },
  worker: {
    name: 'svc-worker-dev',
    ingress: null,
    connect: { server: { discoveryName: 'jobs' } },
  },
};
const balancer: DimensionValue = { kind: 'load-balancer' };
const literal = (value: string): DimensionValue => ({ kind: 'literal', value });

function metric(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, DimensionValue>>,
): MetricPlan {
  return { namespace, name, dimensions, statistic: 'Average', periodSeconds: 60, label: name };
}

const ecs = { ClusterName: literal('cluster'), ServiceName: literal('svc-catalog-dev') };
const group = (service: string): Readonly<Record<string, DimensionValue>> => ({
  LoadBalancer: balancer,
  TargetGroup: { kind: 'target-group', service, targetGroup: 'green' },
});

describe('resolveMetric', () => {
  it.each([
    ['AWS/ECS', 'CPUUtilization', ecs, 'catalog', null],
    ['AWS/ECS', 'MemoryUtilization', ecs, 'catalog', null],
    ['ECS/ContainerInsights', 'RunningTaskCount', ecs, 'catalog', null],
    ['AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: balancer }, null, null],
    ['AWS/ApplicationELB', 'RequestCount', { LoadBalancer: balancer }, null, null],
    ['AWS/ApplicationELB', 'UnHealthyHostCount', group('catalog'), 'catalog', null],
    ['AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', group('shop'), 'shop', 'green'],
    ['AWS/ApplicationELB', 'TargetResponseTime', group('shop'), 'shop', 'green'],
    ['AWS/ApplicationELB', 'UnHealthyHostCount', group('shop'), 'shop', 'green'],
    ['AWS/ApplicationELB', 'HealthyHostCount', group('shop'), 'shop', 'green'],
  ])('finds the series of %s %s', (namespace, name, dimensions, service, targetGroup) => {
    expect(resolveMetric(metric(namespace, name, dimensions), services)).toEqual({
      kind: 'series',
      store: 'system',
      factor: 1,
      metric: name,
      service,
      group: targetGroup,
      statistic: 'Average',
      periodSeconds: 60,
    });
  });

  const jobs = { ClusterName: literal('cluster'), ServiceName: literal('svc-worker-dev') };
  it.each([
    ['RequestCount', { ...jobs, DiscoveryName: literal('jobs') }, 1],
    ['RequestCount', { DiscoveryName: literal('jobs') }, 1],
    ['TargetResponseTime', { ...jobs, TargetDiscoveryName: literal('jobs') }, 1_000],
    ['HTTPCode_Target_5XX_Count', { ...jobs, TargetDiscoveryName: literal('jobs') }, 1],
  ])('finds %s of the calls to a service, in the units of Service Connect', (name, dimensions, factor) => {
    expect(resolveMetric(metric('AWS/ECS', name, dimensions), services)).toMatchObject({
      kind: 'series',
      store: 'calls',
      metric: name,
      service: 'worker',
      group: null,
      factor,
    });
  });

  it.each([
    ['AWS/RDS', 'CPUUtilization', {}, 'measures nothing of AWS/RDS'],
    ['AWS/ECS', 'RunningTaskCount', ecs, 'does not measure RunningTaskCount of AWS/ECS'],
    ['AWS/ECS', 'RequestCount', ecs, 'no dimension for a service'],
    ['AWS/ECS', 'RequestCount', { DiscoveryName: literal('none') }, 'called by the name "none"'],
    ['AWS/ECS', 'RequestCount', { ...ecs, DiscoveryName: literal('jobs') }, 'does not belong to the service'],
    [
      'AWS/ECS',
      'TargetResponseTime',
      { DiscoveryName: literal('jobs') },
      'no dimension for a discovery name',
    ],
    ['AWS/ECS', 'constructor', ecs, 'does not measure constructor'],
    ['AWS/ECS', 'CPUUtilization', { ClusterName: literal('cluster') }, 'no metrics by ClusterName'],
    ['AWS/ECS', 'CPUUtilization', { ServiceName: literal('other') }, 'no ECS service named "other"'],
    ['AWS/ECS', 'CPUUtilization', { LoadBalancer: balancer }, 'no dimension for a load balancer'],
    ['AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', group('shop'), 'no dimension for a target group'],
    ['AWS/ApplicationELB', 'RequestCount', group('nobody'), 'no service "nobody"'],
  ])('says why %s %s has none', (namespace, name, dimensions, reason) => {
    expect(resolveMetric(metric(namespace, name, dimensions), services)).toEqual({
      kind: 'none',
      reason: expect.stringContaining(reason),
    });
  });
});
