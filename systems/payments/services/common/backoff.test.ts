import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter } from './backoff.ts';

const backoff = { firstMs: 200, mostMs: 10_000 };

test('the longest pause doubles with each failure up to the limit', () => {
  const longest = [1, 2, 3, 6, 7, 100].map((attempts) => pauseAfter(attempts, backoff, () => 1));
  expect(longest).toEqual([200, 400, 800, 6400, 10_000, 10_000]);
});

test('pauses are spread from a tenth of the step to the whole of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, random) => {
        const pause = pauseAfter(attempts, backoff, () => random);
        const step = pauseAfter(attempts, backoff, () => 1);
        expect(pause).toBeGreaterThanOrEqual(step / 10 - 1);
        expect(pause).toBeLessThanOrEqual(step);
      },
    ),
  );
});
