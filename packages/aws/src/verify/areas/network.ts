import type { Plan, RouteTablePlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, passed, present } from '../outcome.ts';

/** VPC, subnets, routes, gateways, endpoints and flow logs. */
export function networkChecks(plan: Plan): Check[] {
  const { network } = plan;
  return [
    check('network', 'vpc', `VPC ${network.name} has the planned range`, async (live) => {
      const vpc = await live.network.vpc();
      if (vpc === null) return failed(network.name, 'no such VPC');
      return compare([
        fact('range', network.cidr, vpc.CidrBlock),
        fact('state', 'available', vpc.State),
        fact('name', network.name, vpc.Tags?.find(({ Key }) => Key === 'Name')?.Value),
      ]);
    }),
    check('network', 'dns', 'names resolve in the VPC as planned', async (live) =>
      compare([
        fact('DNS support', network.dnsSupport, await live.network.attribute('enableDnsSupport')),
        fact('DNS hostnames', network.dnsHostnames, await live.network.attribute('enableDnsHostnames')),
      ]),
    ),
    check(
      'network',
      'subnets',
      'the planned subnets are there, in their zones, and no others',
      async (live) =>
        compareSets(
          'subnets',
          network.subnets.map(({ cidr, zone }) => `${cidr} in ${zone}`),
          (await live.network.subnets()).map(
            ({ CidrBlock, AvailabilityZone }) => `${CidrBlock} in ${AvailabilityZone}`,
          ),
        ),
    ),
    ...network.routeTables.map((table) =>
      check('network', `routes.${table.key}`, `subnets of ${table.key} leave as planned`, (live) =>
        compareRoutes(live, table),
      ),
    ),
    check('network', 'nat-gateways', 'NAT gateways are available in their zones', async (live) => {
      const gateways = await live.network.natGateways();
      const subnets = await live.network.subnets();
      const zoneOf = (id: string | undefined) =>
        subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone ?? 'an unknown zone';
      return compareSets(
        'NAT gateways',
        network.natGateways.map(({ zone }) => `available in ${zone}`),
        gateways.map(({ State, SubnetId }) => `${State} in ${zoneOf(SubnetId)}`),
      );
    }),
    check('network', 'internet-gateway', 'an internet gateway is attached', async (live) => {
      await live.network.vpcId();
      const gateways = await live.network.internetGateways();
      const wanted = network.routeTables.some(({ defaultRoute }) => defaultRoute.to === 'internet-gateway');
      return compare([fact('attached gateways', wanted ? 1 : 0, gateways.length)]);
    }),
    check('network', 'endpoints', 'the planned VPC endpoints are available, and no others', async (live) =>
      compareSets(
        'endpoints',
        network.endpoints.map(({ service, type }) => `${service} (${type}, available)`),
        (await live.network.endpoints()).map(
          ({ ServiceName, VpcEndpointType, State }) =>
            `${serviceOf(ServiceName ?? '', live.session.region)} (${VpcEndpointType?.toLowerCase()}, ${State?.toLowerCase()})`,
        ),
      ),
    ),
    check('network', 'flow-logs', 'flow logs are written as planned', async (live) => {
      await live.network.vpcId();
      const logs = await live.network.flowLogs();
      if (network.flowLogs === null) {
        // Flow logs that someone else has switched on do no harm.
        return passed(logs.length === 0 ? 'none planned' : `${logs.length}, not planned`);
      }
      const group = plan.logGroups[network.flowLogs]?.name;
      return compareSets(
        'flow logs',
        [`to ${group}, ACTIVE`],
        logs.map(({ LogGroupName, FlowLogStatus }) => `to ${LogGroupName}, ${FlowLogStatus}`),
      );
    }),
  ];
}

/** `ecr.api` of `com.amazonaws.eu-south-1.ecr.api`. */
function serviceOf(name: string, region: string): string {
  return name.slice(name.indexOf(`${region}.`) + region.length + 1);
}

async function compareRoutes(live: Live, planned: RouteTablePlan) {
  const subnetIds = await live.network.subnetIds();
  const tables = await live.network.routeTables();
  const gateways = await live.network.natGateways();
  const subnets = await live.network.subnets();
  const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  const zoneOfNat = (id: string) => {
    const gateway = gateways.find(({ NatGatewayId }) => NatGatewayId === id);
    return subnets.find(({ SubnetId }) => SubnetId === gateway?.SubnetId)?.AvailabilityZone ?? 'that is gone';
  };
  const facts = planned.subnets.map((key) => {
    const id = present(subnetIds.get(key), `subnet ${key}`);
    const table =
      tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === id)) ?? main;
    const route = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
    const way =
      route === undefined
        ? 'nowhere'
        : route.NatGatewayId !== undefined
          ? `NAT gateway in ${zoneOfNat(route.NatGatewayId)}`
          : route.GatewayId?.startsWith('igw-')
            ? 'internet gateway'
            : 'elsewhere';
    return fact(
      `${key} to`,
      wayOf(live.plan, planned),
      route?.State === 'blackhole' ? `${way}, blackhole` : way,
    );
  });
  return compare(facts);
}

function wayOf({ network }: Plan, { defaultRoute }: RouteTablePlan): string {
  if (defaultRoute.to === 'none') return 'nowhere';
  if (defaultRoute.to === 'internet-gateway') return 'internet gateway';
  const zone = network.natGateways.find(({ key }) => key === defaultRoute.nat)?.zone;
  return `NAT gateway in ${zone}`;
}
