import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspectJson } from './inspect-json.ts';

test.each([
  ['[[1]]', 2, undefined],
  ['[[[1]]]', 2, 'too-deep'],
  ['{"a":{"b":[]}}', 2, 'too-deep'],
  ['["[[[[", "\\"[[[", "\\\\"]', 1, undefined],
  ['[1,[2],[3],[4]]', 2, undefined],
  ['[123456789012345]', 1, undefined],
  ['[0.00012345678901234]', 1, undefined],
  ['[1234567890.123456]', 1, 'imprecise-number'],
  ['[29.990000000000000001]', 1, 'imprecise-number'],
  ['["1234567890123456789"]', 1, undefined],
  ['{"1234567890123456789":1}', 1, undefined],
  ['"never closed [[[', 1, undefined],
  ['"\\', 1, undefined],
])('%s within depth %i: %s', (text, depth, finding) => {
  expect(inspectJson(text, depth)).toBe(finding);
});

test('it finds nothing in JSON that is shallow and has no long numbers, whatever the texts in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (value) => {
      expect(inspectJson(JSON.stringify(value), 1)).toBeUndefined();
    }),
  );
});

test('it comes to an end on any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', '1', '.', 'e', '-') }),
      (text) => {
        inspectJson(text, 3);
      },
    ),
  );
});
