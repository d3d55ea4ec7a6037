import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const limits = { atOnce: 2, waiting: 3, waitMs: 1000 };

function held() {
  const begun: number[] = [];
  const ends: ((result: number) => void)[] = [];
  const work = (n: number) => () => {
    begun.push(n);
    return new Promise<number>((resolve) => ends.push(resolve));
  };
  const end = async (at: number) => {
    ends[at]?.(at);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { begun, work, end };
}

test('work begins in turn, so many at once; a failure gives its place away as well', async () => {
  const { begun, work, end } = held();
  const take = createTurns(limits);
  const failed = take(() => Promise.reject(new Error('broken')));
  await expect(failed).rejects.toThrow('broken');
  const results = [1, 2, 3, 4].map((n) => take(work(n)));
  expect(begun).toEqual([1, 2]);
  await end(0);
  expect(begun).toEqual([1, 2, 3]);
  await end(1);
  await end(2);
  await end(3);
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

test('who finds the queue full, or waits too long, is told to try again, and takes nobody’s place', async () => {
  const { begun, work, end } = held();
  const take = createTurns(limits);
  const first = [1, 2].map((n) => take(work(n)));
  const late = Promise.allSettled([3, 4, 5].map((n) => take(work(n))));
  await expect(take(work(6))).rejects.toMatchObject({ status: 503, kind: 'try-again' });
  await vi.advanceTimersByTimeAsync(limits.waitMs);
  for (const result of await late)
    expect(result).toMatchObject({ status: 'rejected', reason: { status: 503, retryAfter: 1 } });
  const next = take(work(7));
  await end(0);
  await end(1);
  expect(begun).toEqual([1, 2, 7]);
  await end(2);
  expect(await Promise.all([...first, next])).toEqual([0, 1, 2]);
});
