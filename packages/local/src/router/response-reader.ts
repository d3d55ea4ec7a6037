import { REQUEST_LIMITS } from '@breakwater/behaviour';
import { parseResponseHead, type ResponseHead } from './response-head.ts';
import { HEAD_END } from './syntax.ts';

/** What {@link ResponseReader.read} found: a complete head, not enough yet, or why there will be none. */
export type ReadResult = 'head' | 'more' | 'target-headers-too-large' | 'target-malformed-response';

const EMPTY: Buffer = Buffer.alloc(0);

/** Collects what a target sends until a response head is complete. */
export class ResponseReader {
  /** The head found last. */
  head: ResponseHead | undefined;
  /** The bytes in which it ended, and the index in them after it. */
  chunk: Buffer = EMPTY;
  bodyFrom = 0;
  #partial: Buffer | undefined;

  /** Not one byte of a response has come. */
  get untouched(): boolean {
    return this.head === undefined && this.#partial === undefined;
  }

  /** Takes the next bytes. After `head` call again with the rest if the head was an interim one (1xx). */
  read(bytes: Buffer): ReadResult {
    const chunk = this.#partial === undefined ? bytes : Buffer.concat([this.#partial, bytes]);
    const end = chunk.indexOf(HEAD_END);
    if (end > REQUEST_LIMITS.responseHeadersBytes) return 'target-headers-too-large';
    if (end < 0) {
      if (chunk.length > REQUEST_LIMITS.responseHeadersBytes) return 'target-headers-too-large';
      // What does not even begin like a response will not become one.
      if (!'HTTP/1.'.startsWith(chunk.toString('latin1', 0, 7))) return 'target-malformed-response';
      this.#partial = chunk;
      return 'more';
    }
    this.#partial = undefined;
    this.head = parseResponseHead(chunk.toString('latin1', 0, end + 2));
    this.chunk = chunk;
    this.bodyFrom = end + 4;
    return this.head === undefined ? 'target-malformed-response' : 'head';
  }
}
