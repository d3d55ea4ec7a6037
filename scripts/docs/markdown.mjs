// What the documentation check reads out of a Markdown file. Lines count from 1, as editors show them.

/**
 * A fenced block. `info` are the words after its language: `ts service` has ['service'].
 * @typedef {{ language: string, info: string[], text: string, line: number }} Block
 */

/**
 * @typedef {{ target: string, line: number }} Link
 * @typedef {{ text: string, line: number }} Code
 */

/**
 * @param {string} source
 * @returns {{ blocks: Block[], links: Link[], codes: Code[], anchors: Set<string> }} `line` of a block is its first line of content
 */
export function readMarkdown(source) {
  const blocks = [];
  const links = [];
  const codes = [];
  const headings = [];
  let fence = null;
  for (const [index, line] of source.split('\n').entries()) {
    const mark = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (fence) {
      if (mark?.[1].startsWith(fence.mark) && mark[2] === '') {
        blocks.push({ ...fence.block, text: fence.lines.join('\n') });
        fence = null;
      } else fence.lines.push(line);
      continue;
    }
    if (mark) {
      const [language = '', ...info] = mark[2].trim().split(/\s+/);
      fence = { mark: mark[1], lines: [], block: { language, info, line: index + 2 } };
      continue;
    }
    const number = index + 1;
    for (const [, text] of line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)) codes.push({ text, line: number });
    const prose = line.replace(/(`+)(?:(?!\1).)+\1/g, '');
    for (const [, target] of prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g))
      links.push({ target, line: number });
    for (const [, target] of prose.matchAll(/<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g))
      links.push({ target, line: number });
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    if (heading) headings.push(heading[1]);
  }
  return { blocks, links, codes, anchors: anchorsOf(headings) };
}

/**
 * The anchors that GitHub gives headings: lower case, punctuation left out, spaces as hyphens, repeats numbered.
 * @param {string[]} headings
 */
export function anchorsOf(headings) {
  const anchors = new Set();
  for (const heading of headings) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replace(/ /g, '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat += 1) anchor = `${slug}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}
