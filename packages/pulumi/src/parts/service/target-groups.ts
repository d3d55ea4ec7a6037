import * as aws from '@pulumi/aws';
import { idOf, named, tagsOf } from '../../scope.ts';
import type { ServiceContext, TargetGroups } from './context.ts';

/** The service's target groups, one or two, all alike but for their names. */
export function createTargetGroups({ scope, service, key, foundation }: ServiceContext): TargetGroups {
  const { ingress } = service;
  if (ingress === null) return { blue: null, green: null };
  const create = (color: 'blue' | 'green') => {
    const planned = ingress.targetGroups.find((group) => group.key === color);
    if (planned === undefined) return null;
    return new aws.lb.TargetGroup(
      idOf(scope, `${key}/${color}`),
      scope.transform('targetGroup', `${key}/${color}`, {
        name: planned.name,
        vpcId: foundation.vpc.id,
        // Tasks have addresses of their own: with any other type ECS cannot register them.
        targetType: 'ip',
        port: service.port,
        protocol: ingress.protocol,
        healthCheck: {
          path: ingress.health.path,
          interval: ingress.health.intervalSeconds,
          timeout: ingress.health.timeoutSeconds,
          healthyThreshold: ingress.health.healthyThreshold,
          unhealthyThreshold: ingress.health.unhealthyThreshold,
          matcher: ingress.health.matcher,
        },
        deregistrationDelay: ingress.deregistrationDelaySeconds,
        loadBalancingAlgorithmType: ingress.algorithm,
        ...(ingress.stickySeconds === null
          ? {}
          : { stickiness: { enabled: true, type: 'lb_cookie', cookieDuration: ingress.stickySeconds } }),
        tags: tagsOf(scope, service.tags),
      }),
      // ECS registers each task with its own port; the group's is only for whoever registers without one. Another port would make
      // a new group, and the one that is in use cannot go first.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
      named(scope, { ignoreChanges: ['port'] }),
    );
  };
  return { blue: create('blue'), green: create('green') };
}
