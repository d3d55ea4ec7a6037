import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: readonly Buffer[], maximum?: number): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), maximum);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('createLineSplitter', () => {
  it('gives the same lines however the bytes are cut in chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n]/g, ''))),
        fc.array(fc.nat(12)),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const chunks: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          chunks.push(bytes.subarray(at));
          expect(split(chunks)).toEqual(lines);
        },
      ),
    );
  });

  it('cuts long lines between characters, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 4, max: 20 }),
        (text, maximum) => {
          const line = text.replace(/[\r\n]/g, '-');
          const pieces = split([Buffer.from(`${line}\n`)], maximum);
          expect(pieces.join('')).toBe(line);
          for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maximum);
        },
      ),
    );
  });

  it('holds no more than the longest line, whatever comes without a line end', () => {
    const lines = split(Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x')));
    expect(lines.slice(0, -1).every((line) => line.length === 64 * 1024)).toBe(true);
    expect(lines.join('')).toHaveLength(1_000_000);
  });
});
