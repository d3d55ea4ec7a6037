import { describe, expect, test } from 'vitest';
import { compare, compareSets, fact, NotShown, present } from './outcome.ts';

describe('compare', () => {
  test('says what it found when all agree', () => {
    expect(compare([fact('days kept', 7, 7), fact('rotation', true, true)])).toEqual({
      state: 'passed',
      found: 'days kept 7, rotation on',
    });
  });

  test('shows only what differs, on both sides', () => {
    expect(compare([fact('a', 1, 1), fact('b', 'x', undefined), fact('c', false, true)])).toEqual({
      state: 'failed',
      expected: 'b x, c off',
      found: 'b none, c on',
    });
  });

  test('takes null and undefined for the same nothing', () => {
    expect(compare([fact('expiry', null, undefined)]).state).toBe('passed');
  });

  test('takes lists for sets, and counts what is there twice', () => {
    expect(compare([fact('zones', ['a', 'b'], ['b', 'a'])]).state).toBe('passed');
    expect(compare([fact('zones', ['a'], ['a', 'a'])]).state).toBe('failed');
    expect(compare([fact('zones', ['a'], undefined)])).toMatchObject({ found: 'zones none' });
  });
});

test('compareSets tells what is missing from what is too much', () => {
  expect(compareSets('rules', ['a', 'b'], ['b', 'c'])).toEqual({
    state: 'failed',
    expected: 'a; b',
    found: 'missing: a | not planned: c',
  });
  expect(compareSets('rules', [], [])).toEqual({ state: 'passed', found: 'no rules' });
});

test('present ends a check when its resource is missing, and lets through what is falsy', () => {
  expect(present(0, 'x')).toBe(0);
  expect(present('', 'x')).toBe('');
  expect(() => present(null, 'table t')).toThrow(new NotShown('There is no table t.'));
});
