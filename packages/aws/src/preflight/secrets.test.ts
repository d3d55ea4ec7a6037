import { expect, test } from 'vitest';
import { missingFields } from './secrets.ts';

test.each([
  ['all there', '{"a":1,"b":""}', []],
  ['one missing', '{"a":1}', ['b']],
  ['no object', '["a","b"]', null],
  ['a plain text', 'hunter2', null],
  ['a binary secret', undefined, null],
])('%s', (_what, value, missing) => {
  expect(missingFields(value, ['a', 'b'])).toEqual(missing);
});
