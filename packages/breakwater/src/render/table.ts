import { type Style, visibleWidth } from '../terminal.ts';

/** A column: its heading, and `right` for numbers. */
export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

/** Rows under headings, two spaces apart, no lines; columns that are empty in every row are left out. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const used = columns
    .map((column, index) => ({ column, index }))
    .filter(({ index }) => rows.some((row) => (row[index] ?? '') !== ''));
  const widths = used.map(({ column, index }) =>
    Math.max(visibleWidth(column.heading), ...rows.map((row) => visibleWidth(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, position) => {
        const padding = ' '.repeat(Math.max(0, (widths[position] ?? 0) - visibleWidth(cell)));
        return used[position]?.column.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [
    line(used.map(({ column }) => style.dim(column.heading))),
    ...rows.map((row) => line(used.map(({ index }) => row[index] ?? ''))),
  ].join('\n');
}
