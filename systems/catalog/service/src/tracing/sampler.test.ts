import { expect, test } from 'vitest';
import { createSampler } from './sampler.ts';

const id = (tail: string) => tail.padStart(32, 'a');

test('xray takes so many a second, then the share of the rest, and starts anew each second', () => {
  let now = 5000;
  let chance = 0.5;
  const sample = createSampler(
    'xray',
    'reservoir=3,rate=0.1',
    () => now,
    () => chance,
  );
  const take = (count: number) =>
    Array.from({ length: count }, () => sample(id('0'), undefined)).filter(Boolean).length;
  expect(take(10)).toBe(3);
  chance = 0.09;
  expect(take(10)).toBe(10);
  chance = 0.5;
  now = 6000;
  expect(take(10)).toBe(3);
});

test('without numbers xray is the default rule of X-Ray: one a second and five percent', () => {
  const sample = createSampler(
    'xray',
    '',
    () => 0,
    () => 0.05,
  );
  expect([sample(id('0'), undefined), sample(id('0'), undefined)]).toEqual([true, false]);
  expect(
    createSampler(
      'xray',
      'reservoir=0',
      () => 0,
      () => 0.049,
    )(id('0'), undefined),
  ).toBe(true);
});

test.each(['xray', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])(
  '%s does as its caller did',
  (name) => {
    const sample = createSampler(
      name,
      name === 'parentbased_traceidratio' ? '0.5' : '',
      () => 0,
      () => 0,
    );
    expect([sample(id('0'), true), sample(id('ffffffff'), false)]).toEqual([true, false]);
  },
);

test('the others ask nobody', () => {
  const random = () => 0;
  expect(createSampler('always_on', '', () => 0, random)(id('0'), false)).toBe(true);
  expect(createSampler('always_off', '', () => 0, random)(id('0'), true)).toBe(false);
  const half = createSampler('traceidratio', '0.5', () => 0, random);
  expect([half(id('7fffffff'), undefined), half(id('80000000'), undefined)]).toEqual([true, false]);
});

test.each([
  ['sometimes', ''],
  ['traceidratio', '2'],
  ['traceidratio', 'x'],
  ['xray', 'rate=5'],
  ['xray', 'reservoir=-1'],
  ['xray', 'speed=1'],
])('%s with "%s" is refused', (name, argument) => {
  expect(() =>
    createSampler(
      name,
      argument,
      () => 0,
      () => 0,
    ),
  ).toThrow(/OTEL_TRACES_SAMPLER(_ARG)? is ".*": give /);
});
