import type { Socket } from 'node:net';
import { ChunkScanner } from './chunk-scanner.ts';
import { dateHeader } from './own-responses.ts';
import type { ResponseHead } from './response-head.ts';

/** How the body of a response is framed on both sides. */
type Framing = 'none' | 'length' | 'chunked' | 'chunked-to-plain' | 'close' | 'close-to-chunked';

/** Bodies up to this size that came with their head are sent in one write with it, as text: cheaper than two buffers. */
const ONE_WRITE_BYTES = 8 * 1024;

const LAST_CHUNK = '0\r\n\r\n';

/** What {@link ResponseRelay.relay} reports. */
export type RelayResult = 'more' | 'done' | 'malformed';

/** Passes one response from a target to a client as it comes, and finds its end. */
export class ResponseRelay {
  /** Bytes written to the client. */
  bytesOut = 0;
  /** The client's socket wants no more for now. */
  blocked = false;
  /** The end of the response was also the end of what the target sent. */
  exact = true;
  readonly #client: Socket;
  readonly #head: ResponseHead;
  readonly #framing: Framing;
  readonly #scanner: ChunkScanner | undefined;
  #remaining: number;

  constructor(client: Socket, head: ResponseHead, isHead: boolean, http10: boolean) {
    this.#client = client;
    this.#head = head;
    this.#framing = framingOf(head, isHead, http10);
    this.#scanner = head.chunked ? new ChunkScanner() : undefined;
    this.#remaining = this.#framing === 'length' ? head.contentLength : 0;
  }

  /** The client can only tell the end of the response by the end of the connection. */
  get endsWithConnection(): boolean {
    return this.#framing === 'close' || this.#framing === 'chunked-to-plain';
  }

  /** The target marks the end of the response by closing. */
  get untilTargetCloses(): boolean {
    return this.#framing === 'close' || this.#framing === 'close-to-chunked';
  }

  /** Sends the head and what came of the body after it, from `from` on. */
  start(chunk: Buffer, from: number, keepAlive: boolean, now: number): RelayResult {
    const head = this.#head;
    const chunkedOut =
      this.#framing === 'chunked' ||
      this.#framing === 'close-to-chunked' ||
      // A HEAD response and a 304 tell what the body would look like.
      (this.#framing === 'none' && head.chunked && head.status !== 204);
    let text =
      `HTTP/1.1 ${head.status} ${head.phrase}\r\n${head.fields}` +
      (head.hasDate ? '' : dateHeader(now)) +
      (chunkedOut ? 'Transfer-Encoding: chunked\r\n' : '') +
      (keepAlive ? 'Connection: keep-alive\r\n\r\n' : 'Connection: close\r\n\r\n');
    const available = chunk.length - from;
    if (this.#framing === 'none' || available === 0) {
      this.exact = available === 0;
      this.#write(text);
      return this.#framing === 'none' || (this.#framing === 'length' && this.#remaining === 0)
        ? 'done'
        : 'more';
    }
    if (this.#framing === 'length' && this.#remaining <= available && this.#remaining <= ONE_WRITE_BYTES) {
      this.exact = this.#remaining === available;
      text += chunk.toString('latin1', from, from + this.#remaining);
      this.#write(text);
      return 'done';
    }
    this.#client.cork();
    this.#write(text);
    const result = this.relay(chunk, from);
    this.#client.uncork();
    return result;
  }

  /** Sends on what came of the body. */
  relay(chunk: Buffer, from: number): RelayResult {
    switch (this.#framing) {
      case 'length': {
        const end = Math.min(from + this.#remaining, chunk.length);
        this.#remaining -= end - from;
        this.#write(slice(chunk, from, end));
        this.exact = end === chunk.length;
        return this.#remaining === 0 ? 'done' : 'more';
      }
      case 'chunked':
      case 'chunked-to-plain': {
        const scanner = this.#scanner;
        if (scanner === undefined) return 'malformed';
        const ranges: number[] | undefined = this.#framing === 'chunked' ? undefined : [];
        const end = scanner.scan(chunk, from, ranges);
        if (end < 0) return 'malformed';
        if (ranges === undefined) this.#write(slice(chunk, from, end));
        else
          for (let index = 0; index < ranges.length; index += 2)
            this.#write(slice(chunk, ranges[index] ?? 0, ranges[index + 1] ?? 0));
        this.exact = end === chunk.length;
        return scanner.done ? 'done' : 'more';
      }
      case 'close':
        this.#write(slice(chunk, from, chunk.length));
        return 'more';
      case 'close-to-chunked':
        if (chunk.length > from) {
          this.#client.cork();
          this.#write(`${(chunk.length - from).toString(16)}\r\n`);
          this.#write(slice(chunk, from, chunk.length));
          this.#write('\r\n');
          this.#client.uncork();
        }
        return 'more';
      default:
        this.exact = false;
        return 'done';
    }
  }

  /** Completes a response whose end is the target's closing. */
  finishAtClose(): void {
    if (this.#framing === 'close-to-chunked') this.#write(LAST_CHUNK);
  }

  #write(data: Buffer | string): void {
    if (data.length === 0) return;
    this.bytesOut += data.length;
    const accepted = typeof data === 'string' ? this.#client.write(data, 'latin1') : this.#client.write(data);
    if (!accepted) this.blocked = true;
  }
}

function framingOf(head: ResponseHead, isHead: boolean, http10: boolean): Framing {
  if (isHead || head.status === 204 || head.status === 304) return 'none';
  if (head.chunked) return http10 ? 'chunked-to-plain' : 'chunked';
  if (head.contentLength >= 0) return 'length';
  return http10 ? 'close' : 'close-to-chunked';
}

function slice(chunk: Buffer, from: number, end: number): Buffer {
  return from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end);
}
