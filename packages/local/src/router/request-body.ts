import { ChunkScanner } from './chunk-scanner.ts';
import type { RequestHead } from './request-head.ts';

/** Follows the body of one request to find its end. */
export class RequestBody {
  /** Everything has come. */
  done: boolean;
  /** Bytes of it so far, chunk framing included. */
  bytes = 0;
  #remaining: number;
  readonly #scanner: ChunkScanner | undefined;

  constructor(head: RequestHead) {
    this.done = head.contentLength === 0 && !head.chunked;
    this.#remaining = head.contentLength;
    this.#scanner = head.chunked ? new ChunkScanner() : undefined;
  }

  /** Index after the part of the body that begins at `from` in `chunk`; -1 when the chunked encoding is malformed. */
  endIn(chunk: Buffer, from: number): number {
    if (this.done) return from;
    let end: number;
    if (this.#scanner === undefined) {
      end = Math.min(from + this.#remaining, chunk.length);
      this.#remaining -= end - from;
      this.done = this.#remaining === 0;
    } else {
      end = this.#scanner.scan(chunk, from);
      this.done = this.#scanner.done;
    }
    if (end > from) this.bytes += end - from;
    return end;
  }
}
