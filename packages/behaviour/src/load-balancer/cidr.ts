/**
 * Compiles an IPv4 or IPv6 block in CIDR notation into a test of addresses. An address or block that cannot be
 * read matches nothing; an IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
 *
 * @example compileCidr('192.0.2.0/24')('192.0.2.7') // true
 */
export function compileCidr(block: string): (address: string) => boolean {
  const [network = '', prefixText] = block.split('/');
  const bits = parseAddress(network);
  const prefix = Number(prefixText);
  if (bits === undefined || prefixText === undefined || !(prefix >= 0 && prefix <= bits.length)) {
    return () => false;
  }
  const wanted = bits.slice(0, prefix);
  return (address) => {
    const candidate = parseAddress(address);
    return candidate !== undefined && candidate.length === bits.length && candidate.startsWith(wanted);
  };
}

/** The address as a string of 32 or 128 binary digits. */
function parseAddress(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const text = mapped ?? address;
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function parseV6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
