import type { DimensionValue, MetricPlan } from '@breakwater/plan';
import { describe, expect, it } from 'vitest';
import { resolveMetric } from './resolve-metric.ts';

const one = { targetGroups: [{ key: 'blue' }] };
const two = { targetGroups: [{ key: 'blue' }, { key: 'green' }] };
const services = {
  catalog: { name: 'svc-catalog-dev', ingress: one },
  shop: { name: 'svc-shop-dev', ingress: two },
  worker: { name: 'svc-worker-dev', ingress: null },
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
      metric: name,
      service,
      group: targetGroup,
      statistic: 'Average',
      periodSeconds: 60,
    });
  });

  it.each([
    ['AWS/RDS', 'CPUUtilization', {}, 'measures nothing of AWS/RDS'],
    ['AWS/ECS', 'RunningTaskCount', ecs, 'does not measure RunningTaskCount of AWS/ECS'],
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
