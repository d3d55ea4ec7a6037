import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkScanner } from './chunk-scanner.ts';

function scan(text: string, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text, 'latin1');
  const scanner = new ChunkScanner();
  let data = '';
  let consumed = 0;
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const piece = bytes.subarray(from, to);
    from = to;
    if (scanner.done) break;
    const ranges: number[] = [];
    const end = scanner.scan(piece, 0, ranges);
    if (end < 0) return 'malformed';
    consumed += end;
    for (let index = 0; index < ranges.length; index += 2)
      data += piece.toString('latin1', ranges[index], ranges[index + 1]);
  }
  return { data, consumed, done: scanner.done };
}

describe('a chunked body', () => {
  it('ends after its trailers; what follows does not belong to it', () => {
    expect(scan('5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\nGET /')).toEqual({
      data: 'hello',
      consumed: 25,
      done: true,
    });
  });

  it('may have extensions and upper-case sizes', () => {
    expect(scan('A;name="value"\r\n0123456789\r\n0\r\n\r\n')).toMatchObject({
      data: '0123456789',
      done: true,
    });
  });

  it('is not complete before its last line', () => {
    expect(scan('5\r\nhello\r\n0\r\n')).toMatchObject({ data: 'hello', done: false });
  });

  it.each([
    '\r\n',
    ';x\r\n',
    '5\nhello',
    '5 \r\nhello\r\n',
    '5 \nhello\r\n',
    ' 5\r\nhello\r\n',
    '0x5\r\nhello\r\n',
    '-5\r\n',
    '5\r\nhelloX\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello\r0\r\n\r\n',
    '5;a\nb\r\n',
    '5;a\rb\r\n',
    '1234567890abc\r\n',
    '0\r\nbad name: x\r\n\r\n',
    '0\r\n folded\r\n\r\n',
    '0\r\nX: a\nb\r\n\r\n',
    '0\r\n\rX',
  ])('is malformed: %j', (text) => {
    expect(scan(text)).toBe('malformed');
  });

  it('is bounded in its extensions and trailers', () => {
    expect(scan(`5;${'a'.repeat(17 * 1024)}`)).toBe('malformed');
    expect(scan(`0\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(70)}`)).toBe('malformed');
  });

  it('means the same however it is cut', () => {
    const body = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }), { maxLength: 8 });
    fc.assert(
      fc.property(body, fc.array(fc.nat(400), { maxLength: 12 }), (chunks, positions) => {
        const text = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
        const cuts = positions.map((position) => Math.min(position, text.length)).sort((a, b) => a - b);
        expect(scan(`${text}next`, cuts)).toMatchObject({ data: chunks.join(''), done: true });
      }),
    );
  });
});
