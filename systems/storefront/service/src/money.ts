/** An amount of money in cents: a whole number, so that sums are exact. */
export type Cents = number;

/** The amount as JSON has it. The quotient is the double nearest to the decimal number, which is what `29.99` means in JSON. */
export function toAmount(cents: Cents): number {
  return cents / 100;
}

/** The amount as people read it. */
export function showMoney(cents: Cents): string {
  const [whole = '', fraction = ''] = (cents / 100).toFixed(2).split('.');
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/**
 * Reads an amount: a JSON number, or the same as text.
 *
 * @returns `undefined` unless it is a decimal number above zero with at most two decimals, below ten million
 */
export function parseAmount(value: unknown): Cents | undefined {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '',
  );
  if (match === null) return undefined;
  const cents = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return cents > 0 ? cents : undefined;
}
