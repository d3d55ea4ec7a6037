import type { LogLine } from '@breakwater/protocol';

/** A line with its place in the order of all lines. */
export interface NumberedLine {
  readonly seq: number;
  readonly line: LogLine;
}

/** What a line costs in memory besides its text. */
const LINE_OVERHEAD_BYTES = 96;

/** Bytes that a line is counted with; a character beyond Latin-1 makes V8 keep two bytes for each. */
export const lineBytes = (line: LogLine): number => LINE_OVERHEAD_BYTES + line.line.length * 2;

/** The last lines of one task. */
export class LogRing {
  readonly source: string;
  readonly task: string | null;
  bytes = 0;
  #lines: NumberedLine[] = [];
  /** Where the oldest stands; what is before it is dropped in larger pieces. */
  #first = 0;
  readonly #limit: number;

  constructor(source: string, task: string | null, limit: number) {
    this.source = source;
    this.task = task;
    this.#limit = limit;
  }

  get length(): number {
    return this.#lines.length - this.#first;
  }

  /** Adds a line, and drops the oldest beyond the limit. */
  add(line: NumberedLine): void {
    this.#lines.push(line);
    this.bytes += lineBytes(line.line);
    if (this.length > this.#limit) this.dropOldest();
  }

  /** False when there is nothing to drop. */
  dropOldest(): boolean {
    const oldest = this.#lines[this.#first];
    if (oldest === undefined) return false;
    this.bytes -= lineBytes(oldest.line);
    this.#first += 1;
    if (this.#first > 64 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }

  /** The last `count` lines, oldest first. */
  last(count: number): readonly NumberedLine[] {
    return this.#lines.slice(Math.max(this.#first, this.#lines.length - count));
  }
}
