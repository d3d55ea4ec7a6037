import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, bucketOf, percentileOf, RELATIVE_ERROR, SMALLEST_MS } from './histogram.ts';

const latency = fc.double({ min: SMALLEST_MS, max: 90_000, noNaN: true });

function histogramOf(values: readonly number[]): Uint32Array {
  const buckets = new Uint32Array(BUCKETS);
  for (const value of values) {
    const bucket = bucketOf(value);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return buckets;
}

function nearestRank(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

describe('latency histogram', () => {
  it('gives percentiles at most 5 % off the value at that rank', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 300, size: 'max' }),
        fc.constantFrom(0, 0.5, 0.9, 0.99, 0.999, 1),
        (values, fraction) => {
          const exact = nearestRank(values, fraction);
          const estimate = percentileOf(histogramOf(values), fraction) ?? Number.NaN;
          expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR * (1 + 1e-9));
        },
      ),
    );
  });

  it('merges by addition without losing precision', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), fc.array(latency, { minLength: 1 }), (a, b) => {
        const [first, second] = [histogramOf(a), histogramOf(b)];
        const merged = first.map((count, bucket) => count + (second[bucket] ?? 0));
        expect(merged).toEqual(histogramOf([...a, ...b]));
      }),
    );
  });

  it('puts what is too small, too large or no latency at all in the outermost buckets', () => {
    expect([0, -1, Number.NaN, SMALLEST_MS].map(bucketOf)).toEqual([0, 0, 0, 0]);
    expect([1e9, Number.POSITIVE_INFINITY].map(bucketOf)).toEqual([BUCKETS - 1, BUCKETS - 1]);
  });

  it('never answers outside the known minimum and maximum', () => {
    expect(percentileOf(histogramOf([10, 10]), 0.5, 10, 10)).toBe(10);
  });

  it('has no percentile without values', () => {
    expect(percentileOf(new Uint32Array(BUCKETS), 0.5)).toBeNull();
  });
});
