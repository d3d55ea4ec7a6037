import { randomBytes } from 'node:crypto';
import { traceHeader } from '@breakwater/behaviour';

const ID_BYTES = 12;
const pool: Buffer = Buffer.alloc(ID_BYTES * 1024);
let used = pool.length;

/** The `X-Amzn-Trace-Id` to send to the target. `received` is empty when the client sent none. */
export function forwardedTraceId(received: string, now: number): string {
  return traceHeader(received, { epochSeconds: now / 1000, randomHex: randomHex() });
}

/** The root inside a complete trace id; empty when there is none. */
export function traceRootOf(traceId: string): string {
  if (traceId.startsWith('Root=')) {
    const end = traceId.indexOf(';');
    return end < 0 ? traceId.slice(5) : traceId.slice(5, end);
  }
  return /(?:^|;)\s*Root=([^;]*)/.exec(traceId)?.[1] ?? '';
}

/** 24 random digits. Random bytes are drawn many at a time: one call per request would cost more than the rest of the head. */
function randomHex(): string {
  if (used === pool.length) {
    randomBytes(pool.length).copy(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + ID_BYTES);
  used += ID_BYTES;
  return hex;
}
