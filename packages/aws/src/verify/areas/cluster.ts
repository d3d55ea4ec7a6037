import type { Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, present } from '../outcome.ts';

/** The ECS cluster and its settings. */
export function clusterChecks(plan: Plan): Check[] {
  const { cluster } = plan;
  const find = async (live: Live) => present(await live.containers.cluster(), `cluster ${cluster.name}`);
  return [
    check('cluster', 'status', `cluster ${cluster.name} is active`, async (live) => {
      const found = await live.containers.cluster();
      return found === null
        ? failed(cluster.name, 'no such cluster')
        : compare([fact('status', 'ACTIVE', found.status)]);
    }),
    check('cluster', 'insights', 'Container Insights are as planned', async (live) =>
      compare([
        fact(
          'Container Insights',
          cluster.containerInsights,
          (await find(live)).settings?.find(({ name }) => name === 'containerInsights')?.value ?? 'disabled',
        ),
      ]),
    ),
    check(
      'cluster',
      'capacity-providers',
      'the cluster offers the planned capacity providers',
      async (live) =>
        compareSets(
          'capacity providers',
          cluster.capacityProviders,
          (await find(live)).capacityProviders ?? [],
        ),
    ),
    ...(cluster.executeCommandLogGroup === null
      ? []
      : [
          check('cluster', 'exec-logs', 'sessions of ECS Exec are logged', async (live) => {
            const configuration = (await find(live)).configuration?.executeCommandConfiguration;
            return compare([
              fact('logging', 'OVERRIDE', configuration?.logging),
              fact(
                'log group',
                plan.logGroups[cluster.executeCommandLogGroup ?? '']?.name,
                configuration?.logConfiguration?.cloudWatchLogGroupName,
              ),
            ]);
          }),
        ]),
  ];
}
