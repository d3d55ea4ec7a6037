import { type Cidr, contains, formatCidr, overlaps, parseCidr, sizeOf } from '../cidr.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { SubnetTier } from '../plan/network.ts';

/** Tiers in the order in which they are laid out. */
export const TIERS: readonly SubnetTier[] = ['public', 'private', 'isolated'];

/** What is wanted of a tier: exactly these ranges, laid out (true), or none (false). */
export type TierWish = readonly string[] | boolean;

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

/** What the subnets are made from. */
export interface SubnetRequest {
  readonly vpc: Cidr;
  readonly bits: number;
  readonly zones: number;
  readonly wishes: Readonly<Record<SubnetTier, TierWish>>;
  readonly source: (path: string) => string;
}

/** Ranges by tier, one per zone. Those that the author gave come first: the others are laid out around them. */
export function allocate({ vpc, bits, zones, wishes, source }: SubnetRequest) {
  const found: Diagnostic[] = [];
  const taken: Cidr[] = [];
  const ranges = new Map<SubnetTier, readonly (Cidr | null)[]>();
  for (const tier of TIERS) {
    const list = wishes[tier];
    if (typeof list === 'boolean') continue;
    found.push(...checkGiven(list, source(`network.subnets.${tier}`), zones, vpc, taken));
    ranges.set(tier, list.map(parseCidr));
    taken.push(...list.map(parseCidr).filter((each) => each !== null));
  }
  for (const [index, tier] of TIERS.entries()) {
    if (wishes[tier] !== true) continue;
    const laid = bits >= vpc.bits ? layOut(vpc, bits, index, zones, taken) : [];
    if (laid.length < zones && !found.some(({ code }) => code === 'BW1203')) {
      const needed = TIERS.filter((each) => wishes[each] === true).length * zones;
      found.push(diagnostic('BW1203', source('network.cidr'), { vpc: formatCidr(vpc), needed, bits }));
    }
    taken.push(...laid);
    ranges.set(tier, laid);
  }
  if (bits > 27) found.push(diagnostic('BW1204', source('network.subnetBits'), { cidr: `/${bits}` }));
  return { ranges, found };
}
