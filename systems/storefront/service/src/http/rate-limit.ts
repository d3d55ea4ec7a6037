/** Asks for leave; `undefined` when it is given, otherwise the seconds to wait. */
export type TokenBuckets = (key: string) => number | undefined;

/** More clients than this are not remembered: those that have been quiet longest are forgotten. */
const maxKeys = 100_000;

/**
 * A bucket of `burst` tokens for each key, filled by one every `everyMs`. In this process's memory: with n tasks a client has n
 * buckets.
 *
 * @param now milliseconds
 */
export function createTokenBuckets(burst: number, everyMs: number, now: () => number): TokenBuckets {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key) => {
    const time = now();
    const last = buckets.get(key);
    const tokens = last === undefined ? burst : Math.min(burst, last.tokens + (time - last.at) / everyMs);
    // Set anew, so that the map's order is the order of last use.
    buckets.delete(key);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: time });
    if (buckets.size > maxKeys) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return tokens >= 1 ? undefined : Math.max(1, Math.ceil(((1 - tokens) * everyMs) / 1000));
  };
}
