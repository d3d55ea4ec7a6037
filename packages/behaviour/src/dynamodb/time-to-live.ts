/**
 * The oldest expiry that DynamoDB still acts on: five years. An item whose attribute says more is taken for one that holds
 * something else there, and stays. Observed;
 * {@link https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html}.
 */
export const TTL_OLDEST_SECONDS = 5 * 365 * 86_400;

/** How an item stands with Time to Live. */
export type TtlState =
  /** It has no expiry that counts: none, of another type than Number, or more than five years ago. It stays for ever. */
  | { readonly kind: 'never' }
  | { readonly kind: 'live'; readonly expiresAt: number }
  /** It is read, queried and changed like any other, until the background job deletes it. */
  | { readonly kind: 'expired'; readonly expiresAt: number };

/**
 * What DynamoDB makes of the TTL attribute of an item: a Number of seconds since the epoch. Milliseconds are a date in the
 * far future.
 *
 * @param attribute in DynamoDB's JSON, `{ N: '1795150800' }`; undefined where the item has none
 * @param now seconds since the epoch
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function ttlState(attribute: Readonly<Record<string, unknown>> | undefined, now: number): TtlState {
  const text = attribute?.['N'];
  const expiresAt = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(expiresAt) || now - expiresAt > TTL_OLDEST_SECONDS) return { kind: 'never' };
  return { kind: expiresAt < now ? 'expired' : 'live', expiresAt };
}

/**
 * Whether the background job deletes an item now: it has expired, and that was at least `delay` seconds ago. AWS promises no
 * delay, typically a few days.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function ttlDeletionDue(
  attribute: Readonly<Record<string, unknown>> | undefined,
  now: number,
  delay: number,
): boolean {
  const state = ttlState(attribute, now);
  return state.kind === 'expired' && now - state.expiresAt >= delay;
}
