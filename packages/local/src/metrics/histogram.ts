/**
 * Latencies in logarithmic buckets: each bucket is 1.05/0.95 times as wide as the one before, so that a
 * percentile read from it is at most {@link RELATIVE_ERROR} off the value at that rank, from
 * {@link SMALLEST_MS} to about 90 s. Histograms of the same layout merge by addition.
 */
export const BUCKETS = 145;

/** Upper bound of the relative error of a percentile. */
export const RELATIVE_ERROR = 0.05;

/** Everything faster falls in the first bucket: below it the error is absolute, at most this many milliseconds. */
export const SMALLEST_MS = 0.05;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const BUCKETS_PER_E = 1 / Math.log(GAMMA);
const OFFSET = Math.log(SMALLEST_MS);

/** The value that stands for each bucket: its distance to both ends is the same relative to them. */
const REPRESENTATIVE_MS: Float64Array = Float64Array.from({ length: BUCKETS }, (_, bucket) =>
  bucket === 0 ? SMALLEST_MS : (SMALLEST_MS * GAMMA ** bucket * 2) / (GAMMA + 1),
);

/** Bucket of a latency in milliseconds; what is negative or not a number counts as 0 ms. */
export function bucketOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  const bucket = Math.ceil((Math.log(ms) - OFFSET) * BUCKETS_PER_E);
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/**
 * The latency at a rank of a histogram, in milliseconds: the smallest value that at least `fraction` of the
 * values do not exceed (nearest rank). `minimum` and `maximum` of the values, when known, bound the answer.
 * Null for an empty histogram.
 */
export function percentileOf(
  buckets: ArrayLike<number>,
  fraction: number,
  minimum = 0,
  maximum = Number.POSITIVE_INFINITY,
): number | null {
  let total = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) total += buckets[bucket] ?? 0;
  if (total === 0) return null;
  const rank = Math.min(total, Math.max(1, Math.ceil(fraction * total)));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    seen += buckets[bucket] ?? 0;
    if (seen >= rank) {
      return Math.min(maximum, Math.max(minimum, REPRESENTATIVE_MS[bucket] ?? 0));
    }
  }
  return maximum;
}
