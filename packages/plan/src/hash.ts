const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Six lower-case letters and digits that stand for a text: the same text always gives the same six. Two FNV-1a passes from
 * different seeds give 30 bits; enough to tell names of one system apart, no use for secrets.
 */
export function shortHash(text: string): string {
  const pass = (seed: number) => {
    let hash = seed;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
    return hash;
  };
  const [high, low] = [pass(0x811c9dc5), pass(0x5bd1e995)];
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
