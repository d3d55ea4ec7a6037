import type { DimensionValue, MetricPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Foundation, ServiceParts } from './parts.ts';

/** Whose names the dimensions of metrics are made of. */
export interface MetricSources {
  readonly loadBalancer: Foundation['loadBalancer'];
  readonly services: Readonly<Record<string, Pick<ServiceParts, 'targetGroups'>>>;
}

/** CloudWatch knows load balancers and target groups by the tail of their ARN: `app/<name>/<id>`, `targetgroup/<name>/<id>`. */
function lowerDimension(value: DimensionValue, { loadBalancer, services }: MetricSources): string {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'load-balancer':
      if (loadBalancer === null) throw new Error('A metric of the load balancer, but the plan has none.');
      return loadBalancer.loadBalancerFullName;
    case 'target-group': {
      const group = services[value.service]?.targetGroups[value.targetGroup] ?? null;
      if (group === null)
        throw new Error(
          `A metric of the ${value.targetGroup} target group of ${value.service}, but the plan has none.`,
        );
      return group.targetGroupFullName;
    }
  }
}

/**
 * A metric of the plan as one of CloudWatch, without its label: with one, CDK writes an alarm as an expression over metrics,
 * which says the same in a form that fewer readers know.
 * @throws Error when a dimension names a load balancer or target group that is not there
 */
export function lowerMetric(metric: MetricPlan, sources: MetricSources): Metric {
  return new Metric({
    namespace: metric.namespace,
    metricName: metric.name,
    dimensionsMap: Object.fromEntries(
      Object.entries(metric.dimensions).map(([name, value]) => [name, lowerDimension(value, sources)]),
    ),
    statistic: metric.statistic,
    period: Duration.seconds(metric.periodSeconds),
  });
}

/** The same with its label, for widgets. */
export function lowerLabelledMetric(metric: MetricPlan, sources: MetricSources): Metric {
  return lowerMetric(metric, sources).with({ label: metric.label });
}
