import { isStaged, type Plan, type ServicePlan } from '@breakwater/plan';
import type { Rule } from '../rule.ts';

/** What the tasks of a service reach besides image, logs and secrets, which the definition's own checks know. */
function needs({ cluster }: Plan, service: ServicePlan): readonly string[] {
  return [
    ...(service.executeCommand ? ['ssmmessages'] : []),
    ...(service.tracing === null ? [] : ['xray']),
    ...(service.connect === null || cluster.namespace === null ? [] : ['ecs-agent']),
  ];
}

/** Rules about the network. */
export const NETWORK_RULES: readonly Rule[] = [
  {
    id: 'check/no-way-out',
    severity: 'warning',
    title: 'Endpoint that is missing',
    why: 'Without NAT a task reaches only what has a VPC endpoint; the rest times out, often without a word.',
    fix: "Set network: { nat: 'single' }, or leave out what needs it.",
    find: ({ plan, place }) => {
      const { natGateways, endpoints } = plan.network;
      if (natGateways.length > 0) return [];
      const there = new Set(endpoints.map(({ service }) => service));
      return Object.values(plan.services)
        .filter(({ assignPublicIp }) => !assignPublicIp)
        .flatMap((service) => {
          const missing = needs(plan, service).filter((each) => !there.has(each));
          return missing.length === 0
            ? []
            : [
                {
                  where: place(`services.${service.key}.executeCommand`),
                  what: `Tasks of ${service.key} cannot reach ${missing.join(', ')}.`,
                },
              ];
        });
    },
  },
  {
    id: 'check/addresses',
    severity: 'warning',
    title: 'Too few addresses',
    why: 'Each Fargate task takes an address, twice as many during a deployment; without one, no task starts.',
    fix: 'Use larger subnets or more zones.',
    find: ({ plan }) =>
      (['public', 'private'] as const).flatMap((tier) => {
        const subnets = plan.network.subnets.filter((subnet) => subnet.tier === tier);
        // AWS keeps five addresses of each subnet.
        const room = subnets.reduce((sum, { cidr }) => sum + 2 ** (32 - Number(cidr.split('/')[1])) - 5, 0);
        const tasks = Object.values(plan.services)
          .filter(({ subnetTier }) => subnetTier === tier)
          .reduce(
            (sum, { scaling, desiredCount, deployment }) =>
              sum +
              Math.ceil(
                ((scaling?.maximum ?? desiredCount) *
                  (!isStaged(deployment.strategy) ? deployment.maximumPercent : 200)) /
                  100,
              ),
            0,
          );
        return tasks > room
          ? [
              {
                where: `network.subnets.${tier}`,
                what: `The ${tier} subnets have ${room} addresses, but up to ${tasks} tasks may run.`,
              },
            ]
          : [];
      }),
  },
];
