import { expect, test } from 'vitest';
import { inPortions, mapAtMost, onceEach, orNull } from './once.ts';

test('onceEach asks once per key, also while the answer is on its way', async () => {
  const asked: string[] = [];
  const ask = onceEach(async (key) => {
    asked.push(key);
    return key.toUpperCase();
  });
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['A', 'A', 'B']);
  expect(asked).toEqual(['a', 'b']);
});

test('inPortions asks in portions, once, and knows what is missing', async () => {
  const portions: (readonly string[])[] = [];
  const ask = inPortions(['a', 'b', 'c'], 2, async (keys) => {
    portions.push(keys);
    return new Map(keys.filter((key) => key !== 'b').map((key) => [key, key.toUpperCase()]));
  });
  expect(await Promise.all([ask('a'), ask('b'), ask('c'), ask('other')])).toEqual(['A', null, 'C', null]);
  expect(portions).toEqual([['a', 'b'], ['c']]);
});

test('orNull turns only the named errors into null', async () => {
  const error = Object.assign(new Error('gone'), { name: 'NotFound' });
  expect(await orNull(['NotFound'], Promise.reject(error))).toBeNull();
  await expect(orNull(['Other'], Promise.reject(error))).rejects.toBe(error);
});

test('mapAtMost keeps the order and never runs more at once', async () => {
  let running = 0;
  let most = 0;
  const answers = await mapAtMost(3, [5, 1, 4, 2, 3], async (n) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return n * 10;
  });
  expect(answers).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(3);
});
