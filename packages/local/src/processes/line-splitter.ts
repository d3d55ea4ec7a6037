/** Longest line, in bytes, that is handed on in one piece. */
export const MAXIMUM_LINE_BYTES = 64 * 1024;

/** Cuts a stream of bytes in lines. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands on what is left without a line end. */
  end(): void;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts bytes in lines of UTF-8; bytes that are none become U+FFFD. A line beyond `maximum` bytes is handed on in pieces, cut
 * between characters, so that memory stays bounded whatever a program writes.
 */
export function createLineSplitter(
  onLine: (line: string) => void,
  maximum: number = MAXIMUM_LINE_BYTES,
): LineSplitter {
  let parts: Buffer[] = [];
  let held = 0;

  const emit = (bytes: Buffer): void => {
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    onLine(bytes.toString('utf8', 0, end));
  };
  const take = (): Buffer => {
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    parts = [];
    held = 0;
    return bytes;
  };
  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    parts.push(bytes);
    held += bytes.length;
    while (held > maximum) {
      const all = take();
      const cut = characterBoundary(all, maximum);
      emit(all.subarray(0, cut));
      const rest = all.subarray(cut);
      if (rest.length > 0) parts.push(rest);
      held = rest.length;
    }
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        hold(chunk.subarray(from, at));
        emit(take());
        from = at + 1;
      }
      // A copy: the rest of a small line must not keep a whole chunk in memory.
      if (from < chunk.length) hold(Buffer.from(chunk.subarray(from)));
    },
    end() {
      if (held > 0) emit(take());
    },
  };
}

/** The last place at or before `at` where a UTF-8 character begins; `at` itself in bytes that are no UTF-8. */
function characterBoundary(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4 && at - back > 0; back += 1) {
    const byte = bytes[at - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return at - back;
  }
  return at;
}
