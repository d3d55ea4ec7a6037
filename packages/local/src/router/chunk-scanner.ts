import { REQUEST_LIMITS } from '@breakwater/behaviour';
import { TOKEN_CHARACTERS, VALUE_CHARACTERS } from './syntax.ts';

type State =
  | 'size-start'
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'end-lf';

/**
 * Follows a chunked body (RFC 9112 section 7.1) over any split into buffers without copying it, to find where it ends
 * and to refuse anything irregular: the bytes are passed on as they came, so what both sides read must be the same.
 */
export class ChunkScanner {
  done = false;
  #state: State = 'size-start';
  #remaining = 0;
  #digits = 0;
  /** Bytes of extensions in the whole body: nobody needs many, and tiny chunks with long ones are an attack. */
  #extensionBytes = 0;
  #trailerBytes = 0;

  /**
   * Scans `bytes` from `from`. Returns the index after the last byte that belongs to the body (then `done` says whether
   * the body is complete), or -1 when the encoding is malformed. Start and end of each piece of data are appended to
   * `ranges` when given.
   */
  scan(bytes: Uint8Array, from: number, ranges?: number[]): number {
    let index = from;
    while (index < bytes.length) {
      if (this.#state === 'data') {
        const end = Math.min(index + this.#remaining, bytes.length);
        ranges?.push(index, end);
        this.#remaining -= end - index;
        index = end;
        if (this.#remaining === 0) this.#state = 'data-cr';
        continue;
      }
      const code = bytes[index] ?? 0;
      index += 1;
      if (!this.#accept(code)) return -1;
      if (this.done) return index;
    }
    return index;
  }

  #accept(code: number): boolean {
    switch (this.#state) {
      case 'size-start':
      case 'size': {
        const digit = hexDigit(code);
        if (digit >= 0) {
          this.#remaining = this.#remaining * 16 + digit;
          this.#digits += 1;
          this.#state = 'size';
          // 12 hexadecimal digits are 2^48 bytes: more is an attack on somebody's integer type.
          return this.#digits <= 12;
        }
        if (this.#digits === 0) return false;
        if (code === 59) this.#state = 'extension';
        else if (code === 13) this.#state = 'size-lf';
        else return false;
        return true;
      }
      case 'extension':
        if (code === 13) {
          this.#state = 'size-lf';
          return true;
        }
        this.#extensionBytes += 1;
        return VALUE_CHARACTERS[code] === 1 && this.#extensionBytes <= REQUEST_LIMITS.singleHeaderBytes;
      case 'size-lf':
        this.#digits = 0;
        this.#state = this.#remaining === 0 ? 'trailer-start' : 'data';
        return code === 10;
      case 'data-cr':
        this.#state = 'data-lf';
        return code === 13;
      case 'data-lf':
        this.#state = 'size-start';
        return code === 10;
      case 'trailer-start':
        if (code === 13) {
          this.#state = 'end-lf';
          return true;
        }
        this.#state = 'trailer-name';
        return this.#trailerByte() && TOKEN_CHARACTERS[code] === 1;
      case 'trailer-name':
        if (code === 58) {
          this.#state = 'trailer-value';
          return this.#trailerByte();
        }
        return this.#trailerByte() && TOKEN_CHARACTERS[code] === 1;
      case 'trailer-value':
        if (code === 13) {
          this.#state = 'trailer-lf';
          return true;
        }
        return this.#trailerByte() && VALUE_CHARACTERS[code] === 1;
      case 'trailer-lf':
        this.#state = 'trailer-start';
        return code === 10;
      case 'end-lf':
        this.done = true;
        return code === 10;
      default:
        return false;
    }
  }

  #trailerByte(): boolean {
    this.#trailerBytes += 1;
    return this.#trailerBytes <= REQUEST_LIMITS.allHeadersBytes;
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
