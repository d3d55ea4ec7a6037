/**
 * The lines around a place in a source, with a caret under the column.
 * @param line from 1; @param column from 0
 */
export function renderCodeFrame(source: string, line: number, column: number, length = 1): string {
  const lines = source.split(/\r?\n/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = (lines[number - 1] ?? '').replace(/\t/g, '  ');
    const marker = number === line ? '>' : ' ';
    frame.push(`${marker} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === line) {
      const before = (lines[number - 1] ?? '').slice(0, column).replace(/\t/g, '  ').length;
      frame.push(`  ${' '.repeat(width)} | ${' '.repeat(before)}${'^'.repeat(Math.max(1, length))}`);
    }
  }
  return frame.join('\n');
}
