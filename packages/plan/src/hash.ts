const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** FNV-1a of 32 bits. */
function fnv(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * Six lower-case letters and digits that stand for a text: the same text always gives the same six. Two FNV-1a passes from
 * different seeds give 30 bits; enough to tell names of one system apart, no use for secrets.
 */
export function shortHash(text: string): string {
  const [high, low] = [fnv(text, 0x811c9dc5), fnv(text, 0x5bd1e995)];
  // The first character is a letter, so that a name may begin with the hash.
  const digits = [
    high % 26,
    (high >>> 5) % 32,
    (high >>> 13) % 32,
    low % 32,
    (low >>> 7) % 32,
    (low >>> 17) % 32,
  ];
  return digits.map((digit) => ALPHABET[digit]).join('');
}

/** A whole number from 0 to below `size` that stands for a text: the same text always gives the same, alike texts give far ones. */
export function hashBelow(text: string, size: number): number {
  // The last steps of MurmurHash3 spread FNV's bits, so that a short range is used evenly.
  let hash = fnv(text, 0x811c9dc5);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % size;
}
