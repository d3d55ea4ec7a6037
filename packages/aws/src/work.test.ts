import { expect, test } from 'vitest';
import { mapLimited } from './work.ts';

test('no more than the limit at a time, results in order', async () => {
  let now = 0;
  let most = 0;
  const results = await mapLimited([5, 1, 3, 2, 4], 2, async (each) => {
    most = Math.max(most, ++now);
    for (let turn = 0; turn < each; turn++) await Promise.resolve();
    now--;
    return each * 10;
  });
  expect(results).toEqual([50, 10, 30, 20, 40]);
  expect(most).toBe(2);
});

test('after a failure nothing new is begun', async () => {
  const begun: number[] = [];
  const work = mapLimited([1, 2, 3, 4, 5], 1, async (each) => {
    begun.push(each);
    if (each === 2) throw new Error('two');
  });
  await expect(work).rejects.toThrow('two');
  expect(begun).toEqual([1, 2]);
});
