import { isStaged } from '@breakwater/plan';
import type { Rule } from '../rule.ts';

/** Rules about what is left when something fails, in environments that are protected. */
export const AVAILABILITY_RULES: readonly Rule[] = [
  {
    id: 'check/spot-only',
    severity: 'error',
    title: 'Protected environment on Spot alone',
    why: "Spot capacity is taken back with two minutes' notice, from all tasks at once if need be, and nothing takes its place.",
    fix: 'Add a base on demand: capacity: { onDemand: { weight: 1, base: 2 }, spot: { weight: 1 } }.',
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.services).flatMap(({ key, capacity }) =>
            capacity.some(({ provider, weight, base }) => provider === 'FARGATE_SPOT' && weight + base > 0) &&
            !capacity.some(({ provider, base }) => provider === 'FARGATE' && base > 0)
              ? [
                  {
                    where: place(`services.${key}.capacity.0.weight`).replace(/\.(?:spot|onDemand)$/, ''),
                    what: `No task of ${key} is guaranteed to run on demand.`,
                  },
                ]
              : [],
          )
        : [],
  },
  {
    id: 'check/single-nat',
    severity: 'warning',
    title: 'One NAT gateway for all zones',
    why: 'When its zone fails, tasks of every zone lose their way out: to secrets, images and logs.',
    fix: "Use network: { nat: 'per-zone' } in this environment.",
    find: ({ plan }) =>
      plan.protect && plan.network.natGateways.length === 1 && plan.network.zones.length > 1
        ? [
            {
              where: 'network.nat',
              what: `The tasks of ${plan.network.zones.length} zones share the NAT gateway in ${plan.network.natGateways[0]?.zone}.`,
            },
          ]
        : [],
  },
  {
    id: 'check/single-task',
    severity: 'warning',
    title: 'Service with one task',
    why: 'While that task is replaced, nobody answers.',
    fix: 'Run at least two: scaling: { tasks: [2, 10] }.',
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.services).flatMap(({ key, scaling, desiredCount }) =>
            (scaling?.minimum ?? desiredCount) < 2
              ? [
                  {
                    where: place(`services.${key}.${scaling === null ? 'desiredCount' : 'scaling.minimum'}`),
                    what: `${key} runs with ${scaling?.minimum ?? desiredCount} ${(scaling?.minimum ?? desiredCount) === 1 ? 'task' : 'tasks'} at least.`,
                  },
                ]
              : [],
          )
        : [],
  },
  {
    id: 'check/single-zone-database',
    severity: 'warning',
    title: 'Database in one zone',
    why: 'When its zone or machine fails, the database is away until a new one is there: minutes to hours.',
    fix: 'Add a reader to Aurora (readers: 1), or multiAz: true to a plain database.',
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.databases).flatMap(({ key, engine, instances, multiAz }) =>
            (engine.kind === 'postgresql' ? multiAz : instances.length > 1)
              ? []
              : [
                  {
                    where: place(`databases.${key}.multiAz`),
                    what: `${key} has no standby in another zone.`,
                  },
                ],
          )
        : [],
  },
  {
    id: 'check/min-percent',
    severity: 'info',
    title: 'Deployments with fewer tasks than desired',
    why: 'While a deployment runs, the load is carried by fewer tasks.',
    fix: 'Use minimumHealthy 100 where the load allows no fewer.',
    find: ({ plan, place }) =>
      Object.values(plan.services).flatMap(({ key, deployment }) =>
        !isStaged(deployment.strategy) && deployment.minimumHealthyPercent < 100
          ? [
              {
                where: place(`services.${key}.deployment.minimumHealthyPercent`),
                what: `A deployment may leave ${deployment.minimumHealthyPercent} % of the tasks of ${key}.`,
              },
            ]
          : [],
      ),
  },
];
