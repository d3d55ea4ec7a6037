import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packFiles, previousRelease, type ReleaseSummary, unpackFiles } from './release.ts';

const release = (number: number, restores: number | null = null): ReleaseSummary => ({
  number,
  time: '2026-11-21T10:00:00.000Z',
  caller: 'arn:aws:iam::123456789012:user/ann',
  images: {},
  restores,
  outputs: {},
});

describe('the release to go back to', () => {
  test('is the one before the latest', () => {
    expect(previousRelease([release(4), release(5), release(6)])?.number).toBe(5);
  });
  test('goes further back after a rollback, not forward to what was left', () => {
    expect(previousRelease([release(4), release(5), release(6), release(7, 5)])?.number).toBe(4);
  });
  test('is none for the first, and none where nothing was released', () => {
    expect(previousRelease([release(1)])).toBeNull();
    expect(previousRelease([])).toBeNull();
  });
});

test('packed files are unpacked as they were', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (files) => {
      expect({ ...unpackFiles(packFiles(files)) }).toEqual({ ...files });
    }),
    { numRuns: 50 },
  );
});
