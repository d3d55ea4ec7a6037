import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, readIdempotencyKey } from './idempotency.ts';
import { Problem } from './problem.ts';

describe('a fingerprint', () => {
  test('is the same whatever the order of the fields', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      fingerprint({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  test('is another one for other content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        // JSON knows no -0.
        const [one, other] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
        expect(fingerprint(one) === fingerprint(other)).toBe(equal(one, other));
      }),
    );
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
    expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: 1 }));
    expect(fingerprint({ a: 'b","c":"d' })).not.toBe(fingerprint({ a: 'b', c: 'd' }));
  });
});

function equal(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

describe('the header Idempotency-Key', () => {
  test.each(['a-key-1234', '0b7e4f0c-9e0b-4f4e-8a57-2f4b3d1c6a90', 'x'.repeat(128)])('%s is taken', (key) => {
    expect(readIdempotencyKey({ headers: { 'idempotency-key': key } })).toBe(key);
  });

  test.each([
    undefined,
    '',
    'short',
    'x'.repeat(129),
    'with space in it',
    'KEY#other/../',
    'schlüssel-1',
    'a, b-c-d-e-f',
  ])('%s is refused', (key) => {
    const read = () => readIdempotencyKey({ headers: key === undefined ? {} : { 'idempotency-key': key } });
    expect(read).toThrow(Problem);
  });
});
