import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Lines of NDJSON: what there was, and, where the reader follows, what comes. */
export interface LineSource {
  readonly past: readonly unknown[];
  /** Null for a reader that does not follow. Returns how to end it. */
  readonly subscribe: ((listener: (line: unknown) => void) => () => void) | null;
}

/** A reader that falls this far behind what comes is cut off, so that it cannot fill the engine's memory. */
const LARGEST_BACKLOG = 4 * 1024 * 1024;

/** Sends lines at the reader's own pace, until the source ends or the reader goes. */
export async function streamLines(response: ServerResponse, { past, subscribe }: LineSource): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  let waiting: string[] = [];
  let bytes = 0;
  let wake = (): void => {};
  let closed = false;
  const unsubscribe = subscribe?.((line) => {
    const text = `${JSON.stringify(line)}\n`;
    waiting.push(text);
    bytes += text.length;
    if (bytes > LARGEST_BACKLOG) response.destroy();
    wake();
  });
  response.once('close', () => {
    closed = true;
    unsubscribe?.();
    wake();
  });
  for (const line of past) {
    if (closed) return;
    await write(response, `${JSON.stringify(line)}\n`);
  }
  if (subscribe === null) {
    response.end();
    return;
  }
  // Set by the close event, which the compiler cannot see.
  const isClosed = (): boolean => closed;
  while (!isClosed()) {
    if (waiting.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    const text = waiting.join('');
    waiting = [];
    await write(response, text);
    bytes = waiting.reduce((sum, line) => sum + line.length, 0);
  }
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(
    () => {},
  );
  settled.abort();
}
