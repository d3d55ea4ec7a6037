import { formatCidr, parseCidr } from '../../cidr.ts';
import { zonesOf } from '../../data/regions.ts';
import type {
  NatGatewayPlan,
  NetworkPlan,
  RouteTablePlan,
  SubnetPlan,
  SubnetTier,
  VpcEndpointPlan,
} from '../../plan/network.ts';
import type { Context, Result } from '../context.ts';
import { type Draft, type Marked, plain } from '../mark.ts';
import { patternName } from '../naming.ts';
import { isDatabase } from '../shapes.ts';
import { allocate, TIERS, type TierWish } from '../subnets.ts';

const ENDPOINTS = ['dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager'] as const;

/** Everything of the network but its security groups and flow logs. */
export type Addressing = Omit<NetworkPlan, 'securityGroups' | 'flowLogs'>;

/** Subnets of a tier: given, laid out, or none. */
function tierWanted(tier: SubnetTier, { definition }: Context): TierWish {
  const given = definition.network?.subnets?.[tier];
  if (given !== undefined) return given;
  if (tier !== 'isolated') return true;
  return Object.values(definition.stores ?? {}).some(
    (store) => isDatabase(store) && store.subnets !== 'private',
  );
}

/** Addresses, subnets, gateways and routes. */
export function network(
  _: unknown,
  context: Context,
): Result<{ readonly addressing: Draft<Addressing> & object }> {
  const t = context.tracer('network');
  const { definition, region, source } = context;
  const given = definition.network ?? {};
  const tag = (type: string) =>
    t.derived(
      patternName('tag', definition.naming ?? '{purpose}-{type}-{env}', {
        type,
        purpose: definition.name,
        env: context.env,
        system: definition.name,
      }),
      ['naming', 'name'],
      `the naming pattern with the type ${type}`,
    );

  const zones: Marked<readonly string[]> = Array.isArray(given.zones)
    ? t.given<readonly string[]>(given.zones, 'network.zones')
    : t.read(
        typeof given.zones === 'number' ? given.zones : undefined,
        'network.zones',
        (count): readonly string[] => zonesOf(region).slice(0, count),
        zonesOf(region).slice(0, 2),
        'two zones: the fewest that a load balancer accepts',
      );
  const zoneNames = plain<readonly string[]>(zones);
  const cidr = t.option<string>(
    given.cidr,
    'network.cidr',
    '10.0.0.0/16',
    'the largest network that a VPC can be, private by RFC 1918',
  );
  const vpc = parseCidr(plain<string>(cidr)) ?? { start: 0x0a000000, bits: 16 };
  const bits = given.subnetBits ?? 24;

  const subnets: Draft<SubnetPlan>[] = [];
  const wishes = {
    public: tierWanted('public', context),
    private: tierWanted('private', context),
    isolated: tierWanted('isolated', context),
  };
  const { ranges, found } = allocate({ vpc, bits, zones: zoneNames.length, wishes, source });

  const letter = (zone: string) => zone.slice(-1);
  for (const tier of TIERS) {
    const list = ranges.get(tier) ?? [];
    for (const [index, zone] of zoneNames.entries()) {
      const range = list[index];
      if (range === undefined || range === null) continue;
      const text = formatCidr(range);
      subnets.push(
        t.derived<SubnetPlan>(
          {
            key: `${tier}-${letter(zone)}`,
            name: tag(`${tier}-subnet-${letter(zone)}`),
            tier,
            zone,
            cidr:
              typeof wishes[tier] === 'object'
                ? t.given(text, `network.subnets.${tier}.${index}`)
                : t.derived(
                    text,
                    ['network.cidr', 'network.subnetBits', 'network.zones'],
                    'the next free range of its tier',
                  ),
          },
          ['network.zones', `network.subnets.${tier}`],
          'one subnet per tier and zone',
        ),
      );
    }
  }

  const has = (tier: SubnetTier) => (ranges.get(tier) ?? []).length > 0;
  const nat = t.option<'per-zone' | 'single' | 'none'>(
    given.nat,
    'network.nat',
    'single',
    'one gateway serves all zones at the lowest price',
  );
  const natMode = has('public') && has('private') ? plain<'per-zone' | 'single' | 'none'>(nat) : 'none';
  const natZones = natMode === 'none' ? [] : natMode === 'single' ? zoneNames.slice(0, 1) : zoneNames;
  const natFrom = ['network.nat', 'network.zones'];
  const natGateways = natZones.map((zone) =>
    t.derived<NatGatewayPlan>(
      {
        key: `nat-${letter(zone)}`,
        name: tag(`nat-${letter(zone)}`),
        zone,
        subnet: `public-${letter(zone)}`,
        elasticIpName: tag(`nat-eip-${letter(zone)}`),
      },
      natFrom,
      natMode === 'single' ? 'one NAT gateway for all zones' : 'a NAT gateway in each zone',
    ),
  );

  const routeTable = (
    key: string,
    tier: SubnetTier,
    keys: readonly string[],
    defaultRoute: RouteTablePlan['defaultRoute'],
  ) =>
    t.derived<RouteTablePlan>(
      { key, name: tag(`${key}-routes`), tier, subnets: keys, defaultRoute },
      ['network.zones', 'network.nat'],
      'how its tier reaches the internet',
    );
  const inTier = (tier: SubnetTier) => zoneNames.map((zone) => `${tier}-${letter(zone)}`);
  const routeTables = [
    ...(has('public') ? [routeTable('public', 'public', inTier('public'), { to: 'internet-gateway' })] : []),
    ...(has('private')
      ? zoneNames.map((zone) => {
          const gateway = natZones.includes(zone) ? zone : natZones[0];
          return routeTable(
            `private-${letter(zone)}`,
            'private',
            [`private-${letter(zone)}`],
            gateway === undefined ? { to: 'none' } : { to: 'nat-gateway', nat: `nat-${letter(gateway)}` },
          );
        })
      : []),
    ...(has('isolated') ? [routeTable('isolated', 'isolated', inTier('isolated'), { to: 'none' })] : []),
  ];

  const routeTableKeys = routeTables.map((table) => plain<RouteTablePlan>(table).key);
  const asked =
    given.endpoints === true ? ENDPOINTS : given.endpoints === false ? [] : (given.endpoints ?? []);
  const endpoints = ENDPOINTS.filter((each) => asked.includes(each)).map((service) =>
    t.given<VpcEndpointPlan>(
      {
        key: service,
        name: tag(`${service.replace('.', '-')}-endpoint`),
        service,
        ...(service === 's3' || service === 'dynamodb'
          ? { type: 'gateway', routeTables: routeTableKeys, subnets: [] }
          : { type: 'interface', routeTables: [], subnets: inTier(has('private') ? 'private' : 'public') }),
      },
      'network.endpoints',
    ),
  );

  const addressing = {
    name: tag('vpc'),
    cidr,
    dnsHostnames: t.defaulted(true, 'network', 'names of private endpoints and of Service Connect need it'),
    dnsSupport: t.defaulted(true, 'network', 'names of private endpoints and of Service Connect need it'),
    zones,
    subnets,
    internetGatewayName: tag('internet-gateway'),
    natGateways:
      natGateways.length > 0
        ? natGateways
        : t.derived<readonly NatGatewayPlan[]>([], natFrom, 'no NAT gateway was asked for'),
    routeTables,
    endpoints:
      endpoints.length > 0
        ? endpoints
        : t.option<readonly VpcEndpointPlan[]>(
            given.endpoints === undefined ? undefined : [],
            'network.endpoints',
            [],
            'endpoints cost by zone and hour',
          ),
  };
  return { added: { addressing }, found };
}
