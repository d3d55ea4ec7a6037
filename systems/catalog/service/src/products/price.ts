/** A price as PostgreSQL writes a `numeric(12,2)`: digits, a dot, two digits. Never a float. */
export type PriceText = string;

/** What a price must be, as told to the caller of the API. */
export const priceRule = 'price must be a number from 0 to 9999999999.99 with at most 2 decimals';

const decimal = /^(\d{1,10})(?:\.(\d{1,2}))?$/;

/**
 * Turns the price of a request (a JSON number or a string of decimal digits) into exact decimal text.
 *
 * A JSON number has become a double by now. Every decimal number of up to 15 significant digits survives that and comes
 * back as the shortest text of the double, and a price has 12 at most; a longer literal is refused before it gets here
 * (see `inspectJson`). So the text is what the client wrote, not an approximation, and no arithmetic is done on it.
 *
 * @returns `undefined` when it breaks the rule
 * @example parsePrice(29.9) // '29.90'
 */
export function parsePrice(value: unknown): PriceText | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const match = decimal.exec(text);
  if (match === null) return undefined;
  // The group is optional: `12` has no decimals.
  return `${Number(match[1])}.${(match[2] ?? '').padEnd(2, '0')}`;
}
