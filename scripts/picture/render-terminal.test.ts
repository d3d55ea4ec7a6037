import { expect, it } from 'vitest';
import { readRuns, renderTerminal } from './render-terminal.mjs';

const ESC = '\u001b';

it('parts a line by colour and keeps the columns', () => {
  expect(readRuns(`ab ${ESC}[32mok${ESC}[39m ${ESC}[1mB${ESC}[22m`)).toEqual([
    { text: 'ab ', column: 0, colour: '#d6deeb', bold: false },
    { text: 'ok', column: 3, colour: '#7ee787', bold: false },
    { text: 'B', column: 6, colour: '#d6deeb', bold: true },
  ]);
});

it('parts a line at the gaps between columns', () => {
  expect(readRuns('one   two').map(({ text, column }) => [text, column])).toEqual([
    ['one', 0],
    ['two', 6],
  ]);
});

it('escapes what SVG would take for markup', () => {
  expect(renderTerminal(['a <b> & c'], { title: 't', description: 'd' })).toContain('a &lt;b&gt; &amp; c');
});
