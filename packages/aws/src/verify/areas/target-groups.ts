import type { Plan, ServicePlan, TargetGroupPlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, passed, present } from '../outcome.ts';

/** Target groups: settings, health check, and whether what is behind them is healthy. */
export function targetGroupChecks(plan: Plan): Check[] {
  return Object.values(plan.services).flatMap((service) =>
    service.ingress === null
      ? []
      : [
          ...service.ingress.targetGroups.flatMap((group) => checksOf(service, group)),
          healthCheckOf(service),
        ],
  );
}

function checksOf(service: ServicePlan, { key, name }: TargetGroupPlan): Check[] {
  const id = `${service.key}.${key}`;
  const health = service.ingress?.health;
  return [
    check('target-groups', `${id}.exists`, `target group ${name} takes IP addresses`, async (live) => {
      const found = await live.loadBalancing.findTargetGroup(name);
      if (found === null) return failed(name, 'no such target group');
      return compare([
        fact('type', 'ip', found.TargetType),
        fact('protocol', 'HTTP', found.Protocol),
        fact('port', service.port, found.Port),
      ]);
    }),
    check('target-groups', `${id}.health-check`, `${name} asks for health as planned`, async (live) => {
      const found = await live.loadBalancing.targetGroup(name);
      return compare([
        fact('enabled', true, found.HealthCheckEnabled ?? true),
        fact('path', health?.path, found.HealthCheckPath),
        fact('interval', health?.intervalSeconds, found.HealthCheckIntervalSeconds),
        fact('timeout', health?.timeoutSeconds, found.HealthCheckTimeoutSeconds),
        fact('healthy after', health?.healthyThreshold, found.HealthyThresholdCount),
        fact('unhealthy after', health?.unhealthyThreshold, found.UnhealthyThresholdCount),
        fact('codes', health?.matcher, found.Matcher?.HttpCode),
      ]);
    }),
    check(
      'target-groups',
      `${id}.attributes`,
      `${name} drains and chooses targets as planned`,
      async (live) => {
        const found = await live.loadBalancing.targetGroup(name);
        const attributes = await live.loadBalancing.targetGroupAttributes(
          present(found.TargetGroupArn, name),
        );
        const ingress = service.ingress;
        const sticky = ingress?.stickySeconds ?? null;
        return compare([
          fact(
            'deregistration delay',
            String(ingress?.deregistrationDelaySeconds),
            attributes.get('deregistration_delay.timeout_seconds'),
          ),
          fact(
            'algorithm',
            ingress?.algorithm,
            attributes.get('load_balancing.algorithm.type') ?? 'round_robin',
          ),
          fact('stickiness', String(sticky !== null), attributes.get('stickiness.enabled') ?? 'false'),
          ...(sticky === null
            ? []
            : [fact('sticky for', String(sticky), attributes.get('stickiness.lb_cookie.duration_seconds'))]),
        ]);
      },
    ),
  ];
}

/** Health over both target groups: with blue/green either may be the one that the tasks are registered in. */
function healthCheckOf(service: ServicePlan): Check {
  return check(
    'target-groups',
    `${service.key}.health`,
    `tasks of ${service.name} are healthy behind the load balancer`,
    async (live) => {
      const states = await targetStates(live, service);
      const healthy = states.filter((state) => state === 'healthy').length;
      const minimum = service.scaling?.minimum ?? service.desiredCount;
      const sick = states.filter(
        (state) => state !== 'healthy' && state !== 'draining' && state !== 'initial',
      );
      return healthy >= minimum && sick.length === 0
        ? passed(`${healthy} healthy`)
        : failed(
            `at least ${minimum} healthy, none unhealthy`,
            states.length === 0 ? 'no targets' : countWords(states),
          );
    },
  );
}

/** States of all targets of a service. */
async function targetStates(live: Live, service: ServicePlan): Promise<string[]> {
  const groups = await Promise.all(
    (service.ingress?.targetGroups ?? []).map(({ name }) => live.loadBalancing.findTargetGroup(name)),
  );
  const arns = groups.flatMap((group) => group?.TargetGroupArn ?? []);
  present(arns[0], `target group of ${service.name}`);
  const health = await Promise.all(arns.map(live.loadBalancing.targetHealth));
  return health.flat().map(({ TargetHealth }) => TargetHealth?.State ?? 'unknown');
}

/** `2 healthy, 1 unhealthy`. */
export function countWords(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
