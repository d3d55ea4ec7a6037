import type { FailedAttempt, UpstreamHost } from './host-pool.ts';
import type { RequestHead } from './request-head.ts';

/**
 * A target may close an idle connection in the moment in which a request is being sent on it. Such a request is sent
 * again, once, when doing it twice is harmless and the connection closed within this time without a byte of response.
 */
export const KEEP_ALIVE_RACE_MS = 250;

/** Requests that may not be sent twice only go on connections that were in use this recently, or on new ones. */
export const MAX_IDLE_FOR_UNSAFE_MS = 1000;

/**
 * To how many other targets a request goes whose connection was refused. The load balancer answers 502 at once; here a task
 * that has died is refused for the moment until the engine notices, and no request that never reached it should be lost.
 * The record's `retries` shows it. With no other target it is a 502 here too.
 */
export const MAX_REFUSALS = 3;

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether doing a request twice is harmless (RFC 9110 section 9.2.2) and possible: its body has not passed by. */
export function mayBeSentTwice(head: RequestHead): boolean {
  return head.contentLength === 0 && !head.chunked && IDEMPOTENT.has(head.method);
}

/**
 * Where the load balancer sends a request again: elsewhere after a refused connection, for nothing has reached the target;
 * to whoever is next after a kept-alive connection that turned out to be closed.
 * @param next the next target in turn
 * @param count how many there are
 */
export function resend(
  failed: FailedAttempt,
  next: () => UpstreamHost | undefined,
  count: number,
): UpstreamHost | undefined {
  const { failure, retries, head, host } = failed;
  if (failure === 'refused') {
    if (retries === MAX_REFUSALS) return undefined;
    for (let left = count; left > 0; left -= 1) {
      const other = next();
      if (other !== host) return other;
    }
    return undefined;
  }
  const raced = failure === 'closed' && failed.served > 0 && failed.ageMs <= KEEP_ALIVE_RACE_MS;
  return raced && retries === 0 && mayBeSentTwice(head) ? next() : undefined;
}
