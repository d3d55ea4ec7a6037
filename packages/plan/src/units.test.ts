import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAcu, parseMiB, parseSeconds, parseTaskSize, showSeconds } from './units.ts';

test.each([
  ['30 s', 30],
  ['5 min', 300],
  ['1 h', 3600],
  ['1 day', 86_400],
  ['7 days', 604_800],
  ['0.5 s', 0.5],
])('%s is %d seconds', (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds);
});

test.each(['30', '30s', '30 sec', '-1 s', ' 30 s', '1e3 s', '', '30 S', 'NaN s', 'Infinity s'])(
  '%j is no duration',
  (text) => {
    expect(parseSeconds(text)).toBe(null);
  },
);

test('sizes, capacities and task sizes are read with their units only', () => {
  expect(parseMiB('2 GB')).toBe(2048);
  expect(parseMiB('512 MB')).toBe(512);
  expect(parseMiB('2GB')).toBe(null);
  expect(parseAcu('0.5-2 ACU')).toEqual({ minimum: 0.5, maximum: 2 });
  expect(parseAcu('0.3-2 ACU')).toBe(null);
  expect(parseTaskSize('0.25 vCPU, 0.5 GB')).toEqual({ cpu: 256, memory: 512 });
  expect(parseTaskSize('1 vCPU 2 GB')).toBe(null);
});

test('what is shown can be read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
      expect(parseSeconds(showSeconds(seconds))).toBe(seconds);
    }),
  );
});
