import { expect, it } from 'vitest';
// Plain JavaScript of the scripts; its types are in its comments.
import { anchorsOf, readMarkdown } from './markdown.mjs';

const page = [
  '# A `page`: first',
  '',
  'See [there](other.md#two), not `[this](nothing.md)`. Run `breakwater dev`.',
  '',
  '```ts service',
  "routes: ['/*'], // [no](link.md)",
  '```',
  '',
  '<img src="images/a.svg" alt="">',
  '```',
  '# no heading',
  '```',
].join('\n');

it('finds blocks with their language, words and first line', () => {
  const { blocks } = readMarkdown(page);
  expect(blocks).toEqual([
    { language: 'ts', info: ['service'], line: 6, text: "routes: ['/*'], // [no](link.md)" },
    { language: '', info: [], line: 11, text: '# no heading' },
  ]);
});

it('finds links and images outside of code only', () => {
  const { links } = readMarkdown(page);
  expect(links).toEqual([
    { target: 'other.md#two', line: 3 },
    { target: 'images/a.svg', line: 9 },
  ]);
});

it('finds inline code with its line', () => {
  expect(readMarkdown(page).codes).toContainEqual({ text: 'breakwater dev', line: 3 });
});

it('gives headings the anchors that GitHub gives them, headings in code none', () => {
  expect([...readMarkdown(page).anchors]).toEqual(['a-page-first']);
  expect([...anchorsOf(['Same', 'Same', 'What? Why & `how`'])]).toEqual(['same', 'same-1', 'what-why--how']);
});
