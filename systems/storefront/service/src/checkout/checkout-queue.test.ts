import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseUnavailable } from '../database/failure.ts';
import { createCheckoutQueue, queueLimits } from './checkout-queue.ts';

const limits = { ...queueLimits, lanes: 1, batch: 3, waiting: 5 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets go on what waits for nothing but its turn. */
const turn = () => vi.advanceTimersByTimeAsync(0);

function held() {
  const batches: { readonly requests: readonly number[]; readonly answer: () => void }[] = [];
  const work = (requests: readonly number[]) =>
    new Promise<readonly string[]>((resolve) => {
      batches.push({ requests, answer: () => resolve(requests.map((request) => `done ${request}`)) });
    });
  return { batches, work };
}

test('what comes while a transaction is under way shares the next one, in order and up to its size', async () => {
  const { batches, work } = held();
  const place = createCheckoutQueue(work, limits);
  const answers = [1, 2, 3, 4, 5].map(place);
  for (let n = 0; n < 3; n += 1) {
    await turn();
    batches[n]?.answer();
  }
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((n) => `done ${n}`));
  expect(batches.map(({ requests }) => requests)).toEqual([[1], [2, 3, 4], [5]]);
});

test('a full queue, and a turn that does not come in time, are told: try again', async () => {
  const { batches, work } = held();
  const place = createCheckoutQueue(work, limits);
  const first = place(0);
  const waiting = [1, 2, 3].map(place);
  await vi.advanceTimersByTimeAsync(limits.waitMs - 1);
  const later = [4, 5].map(place);
  await expect(place(6)).rejects.toMatchObject({ status: 503, kind: 'try-again', retryAfter: 1 });
  // The transaction under way hangs: those behind it are told all the same, each when its own time is up.
  const told = Promise.allSettled(waiting);
  await vi.advanceTimersByTimeAsync(1);
  for (const each of await told)
    expect(String(Reflect.get(each, 'reason'))).toContain('Nothing was bought or charged by this request');
  batches[0]?.answer();
  expect(await first).toBe('done 0');
  await vi.advanceTimersByTimeAsync(1);
  batches[1]?.answer();
  expect(await Promise.all(later)).toEqual(['done 4', 'done 5']);
  expect(batches).toHaveLength(2);
});

test('a database that says nothing keeps nobody waiting; the lane waits on, and the key finds the order later', async () => {
  const { batches, work } = held();
  const place = createCheckoutQueue(work, limits);
  const told = expect(place(1)).rejects.toThrow('we cannot say yet whether your order was placed');
  await vi.advanceTimersByTimeAsync(limits.answerMs);
  await told;
  const again = place(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toHaveLength(1);
  batches[0]?.answer();
  await vi.advanceTimersByTimeAsync(1);
  batches[1]?.answer();
  expect(await again).toBe('done 1');
});

test('a batch whose connection breaks is sent again; its requests have keys', async () => {
  let tries = 0;
  const place = createCheckoutQueue(async (requests: readonly number[]) => {
    tries += 1;
    if (tries < 3) throw new DatabaseUnavailable(new Error('reset'), true);
    return requests.map(() => 'done');
  }, limits);
  const placed = place(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await placed).toBe('done');
  expect(tries).toBe(3);
});

test('a database that stays away is said as such, without claiming that nothing was done', async () => {
  let now = 0;
  const place = createCheckoutQueue(
    async () => {
      now += 10_000;
      throw new DatabaseUnavailable(new Error('away'), true);
    },
    limits,
    () => now,
  );
  await expect(place(1)).rejects.toThrow('we cannot say yet whether your order was placed');
});

test('one request that cannot be worked off does not take the others with it', async () => {
  const place = createCheckoutQueue(async (requests: readonly number[]) => {
    await turn();
    if (requests.includes(2)) throw new Error('poison');
    return requests.map((request) => `done ${request}`);
  }, limits);
  const settled = Promise.allSettled([0, 1, 2, 3].map(place));
  await vi.advanceTimersByTimeAsync(10);
  const results = await settled;
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});
