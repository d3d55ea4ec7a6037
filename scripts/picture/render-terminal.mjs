// Terminal output, with its colours, as an SVG that needs no font of its own.

const COLOURS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
};
const TEXT = '#d6deeb';
const DIM = '#8b98a9';
const FONT_SIZE = 13;
const CHARACTER = 7.8;
const LINE = 18.5;
const PADDING = 18;
const BAR = 34;

/**
 * The runs of one colour in a line, parted where it has several spaces.
 * @param {string} line with SGR sequences
 * @returns {{ text: string, column: number, colour: string, bold: boolean }[]}
 */
export function readRuns(line) {
  const runs = [];
  let colour = null;
  let bold = false;
  let dim = false;
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      // Parted where columns are: renderers differ in what they make of several spaces.
      for (const text of part.split(/( {2,})/)) {
        if (text.trim() !== '') runs.push({ text, column, colour: colour ?? (dim ? DIM : TEXT), bold });
        column += [...text].length;
      }
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) [colour, bold, dim] = [null, false, false];
      else if (code === 1) bold = true;
      else if (code === 2) dim = true;
      else if (code === 22) [bold, dim] = [false, false];
      else if (code === 39) colour = null;
      else colour = COLOURS[code] ?? colour;
    }
  }
  return runs;
}

const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const round = (value) => Math.round(value * 100) / 100;

/**
 * @param {string[]} lines
 * @param {{ title: string, description: string }} labels
 */
export function renderTerminal(lines, { title, description }) {
  const rows = lines.map(readRuns);
  const columns = Math.max(80, ...rows.flat().map(({ column, text }) => column + [...text].length));
  const width = Math.ceil(columns * CHARACTER + 2 * PADDING);
  const height = Math.ceil(rows.length * LINE + BAR + 1.6 * PADDING);
  const text = rows.flatMap((runs, row) => {
    const y = round(BAR + PADDING + row * LINE + 4);
    return runs.map(({ text: content, column, colour, bold }) => {
      // Where its first visible character stands: each run has its place on the grid, whatever the font's own widths are.
      const start = content.length - content.trimStart().length;
      const shown = content.trim();
      const x = round(PADDING + (column + start) * CHARACTER);
      const length = round([...shown].length * CHARACTER);
      return `<text x="${x}" y="${y}" textLength="${length}" fill="${colour}"${bold ? ' font-weight="600"' : ''}>${escapeText(shown)}</text>`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escapeText(title)}</title>
<desc id="description">${escapeText(description)}</desc>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#0f1724" stroke="#334155"/>
<path d="M0.5 ${BAR}H${width - 0.5}" stroke="#253347"/>
<circle cx="20" cy="17" r="5.5" fill="#ff5f57"/><circle cx="38" cy="17" r="5.5" fill="#febc2e"/><circle cx="56" cy="17" r="5.5" fill="#28c840"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT_SIZE}" style="white-space:pre">
<text x="${width / 2}" y="21.5" text-anchor="middle" fill="${DIM}">${escapeText(title)}</text>
${text.join('\n')}
</g>
</svg>
`;
}
