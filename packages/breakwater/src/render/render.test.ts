import type { SpanRecord } from '@breakwater/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStyle, sanitise, visibleWidth } from '../terminal.ts';
import { renderTable } from './table.ts';
import { orderSpans } from './trace.ts';
import { formatDuration } from './units.ts';

const plain = createStyle(false);

describe('renderTable', () => {
  it('aligns columns whatever their colours, and leaves empty ones out', () => {
    const coloured = createStyle(true);
    const table = renderTable(
      [{ heading: 'NAME' }, { heading: 'EMPTY' }, { heading: 'N', align: 'right' }],
      [
        [coloured.red('a'), '', '1'],
        ['long name', '', '100'],
      ],
      plain,
    );
    expect(table.split('\n').map(visibleWidth)).toEqual([14, 14, 14]);
    expect(table).not.toContain('EMPTY');
  });
});

describe('formatDuration', () => {
  it.each([
    [0.25, '0.25 ms'],
    [2.14, '2.1 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [60_000, '1 min'],
    [192_000, '3 min 12 s'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('sanitise', () => {
  it('leaves nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(sanitise(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('keeps colours where they are wanted, and nothing else of the escapes', () => {
    expect(sanitise('\u001b[31mred\u001b[0m \u001b[2J', true)).toBe('\u001b[31mred\u001b[0m \\x1b[2J');
  });
});

describe('orderSpans', () => {
  const spans = fc
    .array(fc.record({ parent: fc.option(fc.nat(12), { nil: null }), startedAt: fc.nat(100) }), {
      maxLength: 12,
    })
    .map((given) =>
      given.map(
        ({ parent, startedAt }, index): SpanRecord => ({
          spanId: String(index),
          parentId: parent === null ? null : String(parent),
          service: 's',
          name: 'n',
          kind: 'internal',
          startedAt,
          durationMs: 1,
          error: false,
          attributes: {},
        }),
      ),
    );

  it('shows every span once, also orphans and circles', () => {
    fc.assert(
      fc.property(spans, (given) => {
        const ids = orderSpans(given).map(({ span }) => span.spanId);
        expect([...ids].sort()).toEqual(given.map(({ spanId }) => spanId).sort());
      }),
    );
  });
});
