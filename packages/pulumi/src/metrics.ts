import type { DimensionValue, MetricPlan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** Whose names the dimensions of metrics are made of. */
export interface MetricSources {
  readonly loadBalancer: aws.lb.LoadBalancer | null;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly targetGroups: {
          readonly blue: aws.lb.TargetGroup | null;
          readonly green: aws.lb.TargetGroup | null;
        };
      }
    >
  >;
}

/** CloudWatch knows load balancers and target groups by the tail of their ARN: `app/<name>/<id>`, `targetgroup/<name>/<id>`. */
function lowerDimension(
  value: DimensionValue,
  { loadBalancer, services }: MetricSources,
): pulumi.Input<string> {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'load-balancer':
      if (loadBalancer === null) throw new Error('A metric of the load balancer, but the plan has none.');
      return loadBalancer.arnSuffix;
    case 'target-group': {
      const group = services[value.service]?.targetGroups[value.targetGroup] ?? null;
      if (group === null)
        throw new Error(
          `A metric of the ${value.targetGroup} target group of ${value.service}, but the plan has none.`,
        );
      return group.arnSuffix;
    }
  }
}

/**
 * The dimensions of a metric of the plan.
 * @throws Error when one names a load balancer or target group that is not there
 */
export function lowerDimensions(
  { dimensions }: MetricPlan,
  sources: MetricSources,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => [name, lowerDimension(value, sources)]),
  );
}
