import { type Cidr, contains, formatCidr, overlaps, parseCidr, sizeOf } from '../../cidr.ts';
import { zonesOf } from '../../data/regions.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
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

const TIERS: readonly SubnetTier[] = ['public', 'private', 'isolated'];
const ENDPOINTS = ['dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager'] as const;

/** Everything of the network but its security groups and flow logs. */
export type Addressing = Omit<NetworkPlan, 'securityGroups' | 'flowLogs'>;

/** Subnets of a tier: given, laid out, or none. */
function tierWanted(tier: SubnetTier, { definition }: Context): readonly string[] | boolean {
  const given = definition.network?.subnets?.[tier];
  if (given !== undefined) return given;
  if (tier !== 'isolated') return true;
  return Object.values(definition.stores ?? {}).some(
    (store) => isDatabase(store) && store.subnets !== 'private',
  );
}

/** Lays out one tier's subnets, each tier in its own part of the VPC, so that a zone more moves none of the others. */
function layOut(
  vpc: Cidr,
  bits: number,
  tierIndex: number,
  zones: number,
  taken: readonly Cidr[],
): readonly Cidr[] {
  const step = 2 ** (32 - bits);
  const blocks = Math.floor(sizeOf(vpc) / step);
  const stride = Math.max(1, Math.min(16, Math.floor(blocks / TIERS.length)));
  const result: Cidr[] = [];
  for (let tried = 0; tried < blocks && result.length < zones; tried += 1) {
    const block = (tierIndex * stride + tried) % blocks;
    const candidate = { start: vpc.start + block * step, bits };
    if (![...taken, ...result].some((other) => overlaps(other, candidate))) result.push(candidate);
  }
  return result;
}

function checkGiven(
  ranges: readonly string[],
  path: string,
  zones: number,
  vpc: Cidr,
  taken: readonly Cidr[],
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (ranges.length !== zones) found.push(diagnostic('BW1207', path, { actual: ranges.length, zones }));
  const seen = [...taken];
  for (const [index, text] of ranges.entries()) {
    const range = parseCidr(text);
    if (range === null) continue;
    const at = `${path}.${index}`;
    if (!contains(vpc, range)) found.push(diagnostic('BW1201', at, { cidr: text, vpc: formatCidr(vpc) }));
    const other = seen.find((each) => overlaps(each, range));
    if (other !== undefined) found.push(diagnostic('BW1202', at, { cidr: text, other: formatCidr(other) }));
    if (range.bits > 27) found.push(diagnostic('BW1204', at, { cidr: text }));
    seen.push(range);
  }
  return found;
}

/** Addresses, subnets, gateways and routes. */
export function network(
  _: unknown,
  context: Context,
): Result<{ readonly addressing: Draft<Addressing> & object }> {
  const t = context.tracer('network');
  const { definition, region, source } = context;
  const given = definition.network ?? {};
  const found: Diagnostic[] = [];
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
  const wanted = Object.fromEntries(TIERS.map((tier) => [tier, tierWanted(tier, context)]));
  // Ranges that the author gave come first: the others are laid out around them.
  const taken: Cidr[] = [];
  const ranges = new Map<SubnetTier, readonly (Cidr | null)[]>();
  for (const tier of TIERS) {
    const list = wanted[tier];
    if (!Array.isArray(list)) continue;
    found.push(...checkGiven(list, source(`network.subnets.${tier}`), zoneNames.length, vpc, taken));
    ranges.set(tier, list.map(parseCidr));
    taken.push(...list.map(parseCidr).filter((each) => each !== null));
  }
  for (const [index, tier] of TIERS.entries()) {
    if (wanted[tier] !== true) continue;
    const laid = bits >= vpc.bits ? layOut(vpc, bits, index, zoneNames.length, taken) : [];
    if (laid.length < zoneNames.length) {
      const needed = TIERS.filter((each) => wanted[each] === true).length * zoneNames.length;
      if (!found.some(({ code }) => code === 'BW1203'))
        found.push(diagnostic('BW1203', source('network.cidr'), { vpc: formatCidr(vpc), needed, bits }));
    }
    taken.push(...laid);
    ranges.set(tier, laid);
  }
  if (bits > 27) found.push(diagnostic('BW1204', source('network.subnetBits'), { cidr: `/${bits}` }));

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
            cidr: Array.isArray(wanted[tier])
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

  const asked =
    given.endpoints === true ? ENDPOINTS : given.endpoints === false ? [] : (given.endpoints ?? []);
  const endpoints = ENDPOINTS.filter((each) => asked.includes(each)).map((service) =>
    t.given<VpcEndpointPlan>(
      {
        key: service,
        name: tag(`${service.replace('.', '-')}-endpoint`),
        type: service === 's3' || service === 'dynamodb' ? 'gateway' : 'interface',
        service,
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
