import type { IngressPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ServiceParts } from '../../parts.ts';
import type { ServiceContext } from './context.ts';

const ALGORITHMS = {
  round_robin: TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
  least_outstanding_requests: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
} satisfies Record<IngressPlan['algorithm'], TargetGroupLoadBalancingAlgorithmType>;

/** The service's target groups, one or two, all alike but for their names. */
export function createTargetGroups(
  scope: Construct,
  { service, key, transform, foundation }: ServiceContext,
): ServiceParts['targetGroups'] {
  const { ingress } = service;
  if (ingress === null) return { blue: null, green: null };
  const create = (color: 'blue' | 'green') => {
    const planned = ingress.targetGroups.find((group) => group.key === color);
    if (planned === undefined) return null;
    return new ApplicationTargetGroup(
      scope,
      `TargetGroup${constructId(color)}`,
      transform('targetGroup', `${key}/${color}`, {
        targetGroupName: planned.name,
        vpc: foundation.vpc,
        // Tasks have addresses of their own: with any other type ECS cannot register them.
        targetType: TargetType.IP,
        port: service.port,
        protocol: ApplicationProtocol[ingress.protocol],
        healthCheck: {
          path: ingress.health.path,
          interval: Duration.seconds(ingress.health.intervalSeconds),
          timeout: Duration.seconds(ingress.health.timeoutSeconds),
          healthyThresholdCount: ingress.health.healthyThreshold,
          unhealthyThresholdCount: ingress.health.unhealthyThreshold,
          healthyHttpCodes: ingress.health.matcher,
        },
        deregistrationDelay: Duration.seconds(ingress.deregistrationDelaySeconds),
        loadBalancingAlgorithmType: ALGORITHMS[ingress.algorithm],
        ...(ingress.stickySeconds !== null && {
          stickinessCookieDuration: Duration.seconds(ingress.stickySeconds),
        }),
      }),
    );
  };
  return { blue: create('blue'), green: create('green') };
}
