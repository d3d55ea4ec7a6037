/** How an attempt failed before a byte of a response came. */
export type AttemptFailureKind =
  /** No connection could be made: the request has reached nobody. */
  | 'connect'
  /** The connection ended after the request had been sent: the host may have begun to work on it. */
  | 'reset';

/**
 * Methods whose requests are tried again although a host may have had them: those that HTTP calls idempotent. AWS says
 * that connections that fail are retried, not for which requests. Inferred;
 * {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2}.
 */
export const RETRIED_AFTER_RESET: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/**
 * Bytes of a request's body that the proxy keeps for another attempt; a request with more of it is tried once. AWS does
 * not say; Envoy keeps what its buffers hold. Inferred.
 */
export const RETRY_BODY_BYTES = 64 * 1_024;

/** How long the proxy waits for a connection. Envoy's default; AWS does not say. Inferred. */
export const PROXY_CONNECT_TIMEOUT_MS = 5_000;

/**
 * Whether a failed attempt may be followed by another: always when no connection could be made, otherwise when doing it
 * twice is harmless. A response, of whatever status, is the answer and is never asked for twice.
 */
export function isRetried(method: string, failure: AttemptFailureKind): boolean {
  return failure === 'connect' || RETRIED_AFTER_RESET.includes(method);
}
