/** Columns that a line of the written source may take. */
export const WIDTH = 100;
const STEP = 2;

/** A piece of TypeScript that is laid out when it is written: on one line where it fits, else over several. */
export type Code =
  /** Text that is never divided; a template literal in it may hold line breaks. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Commented[] }
  | {
      readonly kind: 'object';
      readonly entries: readonly (Commented & { readonly key: string })[];
      /** Over several lines even where one would do. */
      readonly open: boolean;
    }
  | { readonly kind: 'call'; readonly callee: string; readonly arguments: readonly Code[] };

/** Code with a comment of its own line before it; null for none. */
export interface Commented {
  readonly code: Code;
  readonly comment: string | null;
}

/** Text that is never divided. */
export function text(value: string): Code {
  return { kind: 'text', text: value };
}

/** A call, or `new` of something. */
export function call(callee: string, ...args: readonly Code[]): Code {
  return { kind: 'call', callee, arguments: args };
}

/** An array literal. */
export function array(items: readonly Code[]): Code {
  return { kind: 'array', items: items.map((code) => ({ code, comment: null })) };
}

/** An object literal; `open` keeps it over several lines. */
export function object(entries: readonly (readonly [key: string, code: Code])[], open = false): Code {
  return { kind: 'object', entries: entries.map(([key, code]) => ({ key, code, comment: null })), open };
}

/** A string literal: single quotes, or a template literal where the text has line breaks. */
export function quoted(value: string): Code {
  return text(value.includes('\n') ? `\`${escapeTemplate(value)}\`` : quote(value));
}

/** The text of a template literal's literal part. */
export function escapeTemplate(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/`/g, '\\`').replace(/\$\{/g, '\\${').replace(/\r/g, '\\r');
}

/** A string in the quotes that need fewer escapes, single ones when equal. */
export function quote(value: string): string {
  const json = JSON.stringify(value);
  if (value.includes("'") && !value.includes('"')) return json;
  return `'${json.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** A plain JSON value as code, keys as they are. */
export function literal(value: unknown): Code {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return array(value.map(literal));
  if (typeof value === 'object' && value !== null)
    return object(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
  return text(String(value));
}

/** Writes code whose first line starts at `column`, on lines indented by `indent`, with `tail` columns to follow it. */
export function render(code: Code, indent = 0, column = indent, tail = 1): string {
  const line = flat(code);
  if (line !== null && (line.includes('\n') || column + line.length + tail <= WIDTH)) return line;
  switch (code.kind) {
    case 'text':
      return code.text;
    case 'array':
      return block('[', ']', indent, code.items, (item) => render(item.code, indent + STEP));
    case 'object':
      return block('{', '}', indent, code.entries, (entry) => {
        const key = `${propertyKey(entry.key)}:`;
        const inner = indent + STEP;
        const value = render(entry.code, inner, inner + key.length + 1);
        // A string or name that is too long for the rest of the line stands on the next, as formatters have it.
        const below = /^(['"].*|[\w.]+)$/.test(value) && inner + key.length + 2 + value.length > WIDTH;
        return below ? `${key}\n${' '.repeat(inner + STEP)}${value}` : `${key} ${value}`;
      });
    case 'call':
      return renderCall(code.callee, code.arguments, indent, column);
  }
}

function renderCall(callee: string, args: readonly Code[], indent: number, column: number): string {
  const last = args.at(-1);
  const before = args.slice(0, -1).map(flat);
  const head = `${callee}(${before.map((arg) => `${arg}, `).join('')}`;
  // Formatters embrace the last argument only, and not one that follows another of its kind.
  const holds = (last?.kind === 'object' || last?.kind === 'array') && args.at(-2)?.kind !== last.kind;
  if (last !== undefined && holds && !before.includes(null) && column + head.length < WIDTH)
    return `${head}${render(last, indent, WIDTH, 0)})`;
  const items = args.map((code) => ({ code, comment: null }));
  return block(`${callee}(`, ')', indent, items, (item) => render(item.code, indent + STEP));
}

function block<T extends Commented>(
  open: string,
  close: string,
  indent: number,
  items: readonly T[],
  write: (item: T) => string,
): string {
  const pad = ' '.repeat(indent + STEP);
  const lines = items.map((item) => {
    const comment = item.comment === null ? '' : `${pad}// ${item.comment}\n`;
    return `${comment}${pad}${write(item)},\n`;
  });
  return `${open}\n${lines.join('')}${' '.repeat(indent)}${close}`;
}

/** The code on one line, or null where it takes several. */
function flat(code: Code): string | null {
  switch (code.kind) {
    case 'text':
      return code.text;
    case 'array': {
      if (code.items.some((item) => item.comment !== null) || breaks(code.items)) return null;
      return joined(
        code.items.map((item) => flat(item.code)),
        '[',
        ']',
      );
    }
    case 'object': {
      if (code.entries.length === 0) return '{}';
      if (code.open || code.entries.some((entry) => entry.comment !== null)) return null;
      const parts = code.entries.map((entry) => {
        const value = flat(entry.code);
        return value === null ? null : `${propertyKey(entry.key)}: ${value}`;
      });
      return joined(parts, '{ ', ' }');
    }
    case 'call':
      return joined(code.arguments.map(flat), `${code.callee}(`, ')');
  }
}

function joined(parts: readonly (string | null)[], open: string, close: string): string | null {
  return parts.some((part) => part === null || part.includes('\n'))
    ? null
    : `${open}${parts.join(', ')}${close}`;
}

/** Formatters put several objects, or several lists, each on lines of its own. */
function breaks(items: readonly Commented[]): boolean {
  return (
    items.length > 1 &&
    (items.every(({ code }) => code.kind === 'object' && code.entries.length > 1) ||
      items.every(({ code }) => code.kind === 'array' && code.items.length > 1))
  );
}

function propertyKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}
