import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLookupBatch } from './lookup-batch.ts';

function held() {
  const calls: { readonly keys: readonly string[]; readonly answer: () => void }[] = [];
  const load = (keys: readonly string[]) =>
    new Promise<ReadonlyMap<string, string>>((resolve) => {
      calls.push({ keys, answer: () => resolve(new Map(keys.map((key) => [key, key.toUpperCase()]))) });
    });
  return { calls, load };
}

test('lookups of one turn share a call; a key is asked for once', async () => {
  const { calls, load } = held();
  const find = createLookupBatch(load, { lanes: 1, maxKeys: 10 });
  const all = Promise.all(['a', 'b', 'a'].map(find));
  await turn();
  expect(calls.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  calls[0]?.answer();
  expect(await all).toEqual(['A', 'B', 'A']);
});

test('a lookup never joins a call that has begun', async () => {
  const { calls, load } = held();
  const find = createLookupBatch(load, { lanes: 1, maxKeys: 10 });
  const first = find('a');
  await turn();
  const second = find('a');
  await turn();
  expect(calls).toHaveLength(1);
  calls[0]?.answer();
  await first;
  await turn();
  expect(calls).toHaveLength(2);
  calls[1]?.answer();
  expect(await second).toBe('A');
});

test('a failed call fails its own lookups only', async () => {
  let fails = true;
  const find = createLookupBatch(
    async (keys: readonly string[]) => {
      if (fails) throw new Error('away');
      return new Map(keys.map((key) => [key, 1]));
    },
    { lanes: 1, maxKeys: 10 },
  );
  await expect(find('a')).rejects.toThrow('away');
  fails = false;
  expect(await find('a')).toBe(1);
});
