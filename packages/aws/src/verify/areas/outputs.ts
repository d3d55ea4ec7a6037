import type { OutputPlan, Plan } from '@breakwater/plan';
import { plannedName } from '../../planned-name.ts';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, type Outcome, passed, skipped } from '../outcome.ts';

/** The outputs file: complete, and of the resources that stand now. */
export function outputChecks(plan: Plan): Check[] {
  return [
    check('outputs', 'complete', 'the outputs file has every output of the plan', ({ outputs }) => {
      const missing = plan.outputs.filter(({ key }) => (outputs[key] ?? '') === '').map(({ key }) => key);
      if (missing.length === 0) return passed(`${plan.outputs.length} outputs`);
      const expected = plan.outputs.map(({ key }) => key).join(', ');
      return failed(expected, `missing: ${missing.join(', ')}. ${adviceFor(plan, outputs)}`);
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
      if (outcome.state === 'passed') return passed(`${facts.length} outputs`);
      if (outcome.state !== 'failed') return outcome;
      return failed(outcome.expected, `${outcome.found}. ${adviceFor(plan, live.outputs)}`);
    }),
  ];
}

/** What to do about a file that does not fit, and what it probably is: there is one for all environments. */
export function adviceFor(plan: Plan, outputs: Readonly<Record<string, string>>): string {
  const others = plan.outputs.filter(({ key, value }) => {
    const [name, found] = [plannedName(value, plan), outputs[key] ?? ''];
    return name !== null && found !== '' && found !== name;
  });
  const what =
    others.length === 0
      ? 'The file may be an old one'
      : `The file seems to be of another environment than ${plan.env} (by ${others.map(({ key }) => key).join(', ')})`;
  return `${what}: \`breakwater outputs --env ${plan.env}\` writes it anew, after Pulumi with \`--from\``;
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
      return plannedName(value, plan) ?? (await live.containers.cluster())?.clusterArn ?? null;
    case 'service':
    case 'bucket':
      return plannedName(value, plan);
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
    case 'dashboard':
    case 'secret':
      return null;
  }
}
