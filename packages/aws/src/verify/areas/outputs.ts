import type { OutputPlan, Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, type Outcome, passed, skipped } from '../outcome.ts';

/** The outputs file: complete, and of the resources that stand now. */
export function outputChecks(plan: Plan): Check[] {
  return [
    check('outputs', 'complete', 'the outputs file has every output of the plan', ({ outputs }) => {
      const missing = plan.outputs.filter(({ key }) => (outputs[key] ?? '') === '').map(({ key }) => key);
      return missing.length === 0
        ? passed(`${plan.outputs.length} outputs`)
        : failed(plan.outputs.map(({ key }) => key).join(', '), `missing: ${missing.join(', ')}`);
    }),
    check('outputs', 'current', 'the outputs name the resources that stand now', async (live) => {
      const given = plan.outputs.filter(({ key }) => (live.outputs[key] ?? '') !== '');
      if (given.length === 0) return skipped('There are no outputs.');
      const facts = await Promise.all(
        given.map(async (output) => {
          const found = live.outputs[output.key];
          const known = await current(output, live);
          return fact(output.key, known ?? found, found);
        }),
      );
      const outcome: Outcome = compare(facts);
      return outcome.state === 'passed' ? passed(`${facts.length} outputs`) : outcome;
    }),
  ];
}

/** What an output should be by the account; null where that cannot be known or the resource is missing. */
async function current({ value }: OutputPlan, live: Live): Promise<string | null> {
  const { plan } = live;
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'network':
      return (await live.network.vpc())?.VpcId ?? null;
    case 'cluster':
      return value.field === 'name'
        ? plan.cluster.name
        : ((await live.containers.cluster())?.clusterArn ?? null);
    case 'service':
      return value.field === 'name' ? (plan.services[value.service]?.name ?? null) : null;
    case 'load-balancer': {
      const balancer = await live.loadBalancing.balancer();
      if (value.field === 'arn') return balancer?.LoadBalancerArn ?? null;
      if (value.field === 'dns-name') return balancer?.DNSName ?? null;
      if (balancer?.DNSName === undefined) return null;
      const secure = plan.loadBalancer?.listeners.some(({ protocol }) => protocol === 'HTTPS') ?? false;
      return `${secure ? 'https' : 'http'}://${plan.loadBalancer?.domain?.name ?? balancer.DNSName}`;
    }
    case 'registry': {
      const name = plan.services[value.service]?.registry?.name;
      const repository = name === undefined ? null : await live.operations.findRepository(name);
      return (value.field === 'uri' ? repository?.repositoryUri : repository?.repositoryArn) ?? null;
    }
    case 'database': {
      const database = plan.databases[value.database];
      if (database === undefined) return null;
      if (value.field === 'name') return database.databaseName;
      if (value.field === 'port') return String(database.port);
      if (database.engine.kind === 'postgresql') {
        const instance = await live.data.findInstance(database.name);
        return (value.field === 'arn' ? instance?.DBInstanceArn : instance?.Endpoint?.Address) ?? null;
      }
      const cluster = await live.data.findCluster(database.name);
      if (value.field === 'arn') return cluster?.DBClusterArn ?? null;
      return (value.field === 'host' ? cluster?.Endpoint : cluster?.ReaderEndpoint) ?? null;
    }
    case 'table': {
      const name = plan.tables[value.table]?.name;
      if (name === undefined || value.field === 'name') return name ?? null;
      return (await live.data.findTable(name))?.TableArn ?? null;
    }
    case 'bucket': {
      const name = plan.buckets[value.bucket]?.name ?? null;
      return value.field === 'name' ? name : null;
    }
    case 'dashboard':
    case 'secret':
      return null;
  }
}
