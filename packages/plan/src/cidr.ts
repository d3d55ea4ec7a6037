/** A range of IPv4 addresses. */
export interface Cidr {
  readonly start: number;
  readonly bits: number;
}

/** Reads `10.0.0.0/16`; null for any other text. */
export function parseCidr(text: string): Cidr | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const parts = match.slice(1, 5).map(Number);
  const bits = Number(match[5]);
  if (parts.some((part) => part > 255) || bits > 32) return null;
  return { start: parts.reduce((sum, part) => sum * 256 + part, 0), bits };
}

/** Number of addresses. */
export function sizeOf(range: Cidr): number {
  return 2 ** (32 - range.bits);
}

export function formatCidr(range: Cidr): string {
  const part = (shift: number) => Math.floor(range.start / 2 ** shift) % 256;
  return `${part(24)}.${part(16)}.${part(8)}.${part(0)}/${range.bits}`;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.start < b.start + sizeOf(b) && b.start < a.start + sizeOf(a);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.start >= outer.start && inner.start + sizeOf(inner) <= outer.start + sizeOf(outer);
}
