import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAmount, showMoney, toAmount } from '../money.ts';
import { html } from '../pages/html.ts';
import { nextPage } from '../pages/next-page.ts';
import { createTokenBuckets } from './rate-limit.ts';
import { checkText } from './text.ts';

test('no text can break out of its place on a page', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const page = html`<p title="${text}">${text}</p>`.html;
      expect(page.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
    }),
  );
  expect(html`${'<b>'}${html`<i>`}${[html`<u>`, html`<s>`]}${false}${undefined}${0}`.html).toBe(
    '&lt;b&gt;<i><u><s>0',
  );
});

test.each([
  ['/api/shop/cart', '/api/shop/cart'],
  ['/api/shop', '/api/shop'],
  ['//evil.example', '/api/shop'],
  ['/\\evil.example', '/api/shop'],
  ['https://evil.example', '/api/shop'],
  ['/api/shop/../../evil', '/api/shop'],
  ['/api/shop//evil.example', '/api/shop'],
  ['/api/shop/\t/evil', '/api/shop'],
  [undefined, '/api/shop'],
  [['/api/shop/cart'], '/api/shop'],
])('after signing in %j leads to %s', (value, page) => {
  expect(nextPage(value, '/api/shop')).toBe(page);
  if (typeof value === 'string' && value.includes('evil')) expect(nextPage(value, '')).toBe('/');
});

test('amounts are exact to the cent, as JSON and as people read them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (cents) => {
      expect(parseAmount(toAmount(cents))).toBe(cents);
      expect(parseAmount(JSON.parse(JSON.stringify(toAmount(cents))))).toBe(cents);
      expect(Number(showMoney(cents).replace(/[$,]/g, '')) * 100).toBeCloseTo(cents, 3);
    }),
  );
  expect(showMoney(123_456_789)).toBe('$1,234,567.89');
  for (const value of [0, -1, 1.005, 1e9, '1e3', '', ' 1', null, {}, Number.NaN, '١'])
    expect(parseAmount(value)).toBeUndefined();
});

test('a bucket gives its burst at once and then one each period, to each key its own', () => {
  let now = 0;
  const take = createTokenBuckets(3, 1000, () => now);
  expect([1, 2, 3, 4].map(() => take('a'))).toEqual([undefined, undefined, undefined, 1]);
  expect(take('b')).toBeUndefined();
  now = 999;
  expect(take('a')).toBe(1);
  now = 2001;
  expect([1, 2].map(() => take('a'))).toEqual([undefined, undefined]);
  expect(take('a')).toBe(1);
});

test('text is trimmed, composed and counted as people count', () => {
  expect(checkText('name', '  Zoe\u0308 ', 3)).toBe('Zoë');
  expect(checkText('name', '👩‍🍳', 3)).toBe('👩‍🍳');
  for (const bad of ['', ' ', 'abcd', 'a\0', 'a\u202eb', '\ud800', 'a\nb', 5, null, ['a']])
    expect(() => checkText('name', bad, 3)).toThrow(/^name must/);
});
