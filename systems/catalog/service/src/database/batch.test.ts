import { expect, test } from 'vitest';
import { createBatch } from './batch.ts';

function recorder() {
  const calls: (readonly string[])[] = [];
  const load = async (keys: readonly string[]) => {
    calls.push(keys);
    return new Map(keys.filter((key) => key !== 'missing').map((key) => [key, `${key}!`]));
  };
  return { calls, load };
}

test('lookups of one turn are one call, and the same key is asked for once', async () => {
  const { calls, load } = recorder();
  const find = createBatch(load, 100);
  expect(await Promise.all([find('a'), find('b'), find('a'), find('missing')])).toEqual([
    'a!',
    'b!',
    'a!',
    undefined,
  ]);
  expect(calls).toEqual([['a', 'b', 'missing']]);
});

test('a lookup never joins a call that has begun', async () => {
  let version = 1;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const find = createBatch<string, number>(async (keys) => {
    const seen = version;
    begun();
    await held;
    return new Map(keys.map((key) => [key, seen]));
  }, 100);
  const early = find('a');
  await hasBegun;
  version = 2;
  const late = find('a');
  release();
  expect([await early, await late]).toEqual([1, 2]);
});

test('more keys than a call may have go in several', async () => {
  const { calls, load } = recorder();
  const find = createBatch(load, 2);
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(find));
  expect(calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('a failed call fails its own lookups and no later ones', async () => {
  let fail = true;
  const find = createBatch<string, string>(async (keys) => {
    if (fail) throw new Error('away');
    return new Map(keys.map((key) => [key, key]));
  }, 100);
  expect(await Promise.allSettled([find('a'), find('b')])).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
  fail = false;
  expect(await find('a')).toBe('a');
});
