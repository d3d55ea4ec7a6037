/** How long to wait between attempts. Milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * The pause after so many failed attempts: exponential with full jitter, so that what failed together does not come back together.
 * Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 *
 * @param attempts failed so far, from 1
 * @param random from 0 to 1
 * @returns milliseconds, at least a tenth of the step, so that nothing is hammered
 */
export function pauseAfter(attempts: number, { firstMs, mostMs }: Backoff, random: () => number): number {
  const step = Math.min(mostMs, firstMs * 2 ** Math.min(attempts - 1, 30));
  return Math.round(step * (0.1 + 0.9 * random()));
}
