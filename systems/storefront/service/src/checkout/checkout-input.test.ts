import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCheckout, readItems, writeItems } from './checkout-input.ts';

const parse = (body: object, key = 'a-key-of-mine') => parseCheckout('7', key, { ...body });

test('the same content has the same fingerprint, in any order and notation; other content another', () => {
  const one = parse({
    items: [
      { product: 1, quantity: 2 },
      { product: 3, quantity: 1 },
    ],
    total: 29.9,
  });
  const same = parse({
    total: '29.90',
    items: [
      { product: '3', quantity: 1 },
      { quantity: '2', product: 1 },
    ],
  });
  expect(same).toEqual(one);
  const others = [
    { items: [{ product: 1, quantity: 2 }], total: 29.9 },
    {
      items: [
        { product: 1, quantity: 1 },
        { product: 3, quantity: 2 },
      ],
      total: 29.9,
    },
    {
      items: [
        { product: 1, quantity: 2 },
        { product: 3, quantity: 1 },
      ],
      total: 29.91,
    },
    {
      items: [
        { product: 1, quantity: 2 },
        { product: 3, quantity: 1 },
      ],
    },
  ];
  for (const other of others) expect(parse(other).fingerprint).not.toBe(one.fingerprint);
});

test('a cart survives the field of a form', () => {
  const line = fc.record({
    product: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    quantity: fc.integer({ min: 1, max: 10 }),
  });
  const cart = fc.uniqueArray(line, { minLength: 1, maxLength: 20, selector: ({ product }) => product });
  fc.assert(
    fc.property(cart, (lines) => {
      expect(parse({ items: readItems(writeItems(lines)) })).toEqual(parse({ items: lines }));
    }),
  );
});

test('whatever somebody makes of that field is refused or read, never worse', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parse({ items: readItems(text) });
      } catch (error) {
        expect(error).toMatchObject({ status: 400 });
      }
    }),
  );
});
