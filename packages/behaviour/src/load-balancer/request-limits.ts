import type { LoadBalancerErrorKind } from './error-reasons.ts';

/**
 * Sizes in bytes that the load balancer accepts.
 * Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html}.
 */
export const REQUEST_LIMITS = {
  requestLineBytes: 16 * 1024,
  singleHeaderBytes: 16 * 1024,
  allHeadersBytes: 64 * 1024,
  responseHeadersBytes: 32 * 1024,
  forwardedForAddresses: 30,
  lambdaBodyBytes: 1024 * 1024,
  http2CompressedHeaderBytes: 8 * 1024,
  http2RequestsPerConnection: 10_000,
} as const;

/**
 * From this size on a URL gets 414 instead of the 400 for a request line that is too large. AWS lists both codes and
 * gives a number only for the request line. Inferred from
 * {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html}.
 */
export const URI_TOO_LONG_BYTES = 16 * 1024;

/** How long the load balancer waits for a TCP connection or a TLS handshake with a target. Documented (ALB-TS). */
export const TARGET_CONNECT_TIMEOUT_MS = 10_000;

/** `idle_timeout.timeout_seconds` in milliseconds. Documented: API_LoadBalancerAttribute. */
export const IDLE_TIMEOUT_MS = { min: 1_000, max: 4_000_000, default: 60_000 } as const;

/** `client_keep_alive.seconds` in milliseconds. Documented: API_LoadBalancerAttribute. */
export const CLIENT_KEEP_ALIVE_MS = { min: 60_000, max: 604_800_000, default: 3_600_000 } as const;

/** What is known of a request's head before it is routed. */
export interface RequestHead {
  readonly method: string;
  readonly httpVersion: string;
  readonly requestLineBytes: number;
  readonly uriBytes: number;
  readonly largestHeaderBytes: number;
  readonly allHeadersBytes: number;
  readonly transferEncoding?: string | undefined;
  readonly forwardedFor?: string | undefined;
}

/**
 * The reason for which the load balancer refuses a request before routing it, or undefined when it takes it.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function requestHeadProblem(head: RequestHead): LoadBalancerErrorKind | undefined {
  if (!['1.0', '1.1', '2.0'].includes(head.httpVersion)) return 'unsupported-http-version';
  if (head.uriBytes > URI_TOO_LONG_BYTES) return 'uri-too-long';
  if (head.requestLineBytes > REQUEST_LIMITS.requestLineBytes) return 'request-line-too-large';
  if (head.largestHeaderBytes > REQUEST_LIMITS.singleHeaderBytes) return 'header-too-large';
  if (head.allHeadersBytes > REQUEST_LIMITS.allHeadersBytes) return 'headers-too-large';
  if (head.method === 'TRACE') return 'trace-method';
  const encoding = head.transferEncoding?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'chunked' && encoding !== 'identity') {
    return 'unsupported-transfer-encoding';
  }
  if (countForwardedFor(head.forwardedFor) > REQUEST_LIMITS.forwardedForAddresses) {
    return 'too-many-forwarded-for';
  }
  return undefined;
}

/** Number of addresses in an X-Forwarded-For header. */
export function countForwardedFor(header: string | undefined): number {
  if (header === undefined || header.trim() === '') return 0;
  return header.split(',').length;
}
