import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, maxId } from './cursor.ts';

test('a cursor gives back the id it was made from', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: maxId }), (id) => {
      expect(decodeCursor(encodeCursor(String(id)))).toBe(String(id));
    }),
  );
});

test('nothing else is a cursor', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      const id = decodeCursor(text);
      if (id !== undefined) expect(encodeCursor(id)).toBe(text);
    }),
  );
  expect(decodeCursor(encodeCursor('9007199254740992'))).toBeUndefined();
  expect(decodeCursor(`${encodeCursor('5')}=`)).toBeUndefined();
});
