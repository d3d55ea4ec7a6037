import type { MetricPlan } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { lowerLabelledMetric, lowerMetric } from './metrics.ts';

const metric: MetricPlan = {
  namespace: 'AWS/ECS',
  name: 'CPUUtilization',
  dimensions: { ClusterName: { kind: 'literal', value: 'web' } },
  statistic: 'Average',
  periodSeconds: 30,
  label: 'CPU',
};
const sources = { loadBalancer: null, services: {} };

test('a metric keeps name, dimensions, statistic and period; its label is for widgets', () => {
  expect(lowerMetric(metric, sources).toMetricConfig().metricStat).toMatchObject({
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: [{ name: 'ClusterName', value: 'web' }],
    statistic: 'Average',
  });
  expect(lowerMetric(metric, sources).period.toSeconds()).toBe(30);
  expect(lowerMetric(metric, sources).label).toBeUndefined();
  expect(lowerLabelledMetric(metric, sources).label).toBe('CPU');
});

test('a metric of a load balancer or target group that is not there is refused', () => {
  const of = (value: MetricPlan['dimensions'][string]) => () =>
    lowerMetric({ ...metric, dimensions: { Of: value } }, sources);
  expect(of({ kind: 'load-balancer' })).toThrow(/load balancer/);
  expect(of({ kind: 'target-group', service: 'api', targetGroup: 'green' })).toThrow(
    /green target group of api/,
  );
});
