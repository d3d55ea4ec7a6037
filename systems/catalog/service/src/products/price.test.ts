import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrice } from './price.ts';

test('every price of whole cents comes through a JSON number unchanged', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999n }), (cents) => {
      const digits = String(cents).padStart(3, '0');
      const decimal = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
      expect(parsePrice(JSON.parse(decimal))).toBe(decimal);
      expect(parsePrice(decimal)).toBe(decimal);
    }),
  );
});

test.each([
  [29.9, '29.90'],
  [0, '0.00'],
  [-0, '0.00'],
  [1e2, '100.00'],
  ['007.5', '7.50'],
])('%j is %s', (value, price) => {
  expect(parsePrice(value)).toBe(price);
});

test.each([
  1.005,
  0.001,
  1e-7,
  -0.01,
  1e10,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' 1',
  '1.',
  '.5',
  '1,5',
  '+1',
  '1e2',
  '٣',
  null,
  true,
  [1],
])('%j is no price', (value) => {
  expect(parsePrice(value)).toBeUndefined();
});
