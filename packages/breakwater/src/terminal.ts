import { stripVTControlCharacters } from 'node:util';

/** Functions that colour a text, or leave it as it is. */
export interface Style {
  readonly enabled: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly magenta: (text: string) => string;
  readonly cyan: (text: string) => string;
}

interface OutputStream {
  readonly isTTY?: boolean;
}

/** Whether a stream takes colour: `NO_COLOR` and `TERM=dumb` forbid it, `FORCE_COLOR` asks for it, a terminal has it. */
export function wantsColour(stream: OutputStream, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** A {@link Style} that colours, or does nothing. */
export function createStyle(enabled: boolean): Style {
  const paint = (open: number, close: number) => (text: string) =>
    enabled && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    enabled,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    blue: paint(34, 39),
    magenta: paint(35, 39),
    cyan: paint(36, 39),
  };
}

/** The style of standard output: data. */
export const outStyle: Style = createStyle(wantsColour(process.stdout, process.env));
/** The style of standard error: progress, notes and errors. */
export const errStyle: Style = createStyle(wantsColour(process.stderr, process.env));

/** Writes lines of data to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes JSON to standard output, indented for people who look at it. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes one line of NDJSON to standard output. */
export function printRecord(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes progress, notes or warnings to standard error, so that they never mix with data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Calls back once when the reader of standard output or error has gone (`breakwater logs | head`),
 * instead of ending with a stack trace.
 */
export function onBrokenPipe(callback: () => void): void {
  let called = false;
  const listen = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (called) return;
    called = true;
    callback();
  };
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', listen);
  }
}

/** How many columns a text takes, colours not counted. */
export function visibleWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/**
 * Text from a service or a definition made safe for a terminal: control characters are shown, not obeyed.
 * Tabs stay; colours (SGR sequences) stay where `keepColours` says so.
 */
export function sanitise(text: string, keepColours = false): string {
  const kept = keepColours ? text : stripVTControlCharacters(text);
  return kept.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    /\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The first line of a text, for places with room for one. */
export function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : text.slice(0, end);
}
