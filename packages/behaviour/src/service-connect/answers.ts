/** Why the proxy, not a task, answers a call. */
export type ProxyFailure =
  | 'no-endpoint'
  | 'connect-failed'
  | 'connect-timeout'
  | 'reset'
  | 'request-timeout'
  | 'malformed-response'
  /** HTTP/1.0, which Service Connect does not support. */
  | 'old-http';

/** What a caller then gets. */
export interface ProxyAnswer {
  readonly statusCode: number;
  readonly statusText: string;
  readonly body: string;
}

const RESET = 'upstream connect error or disconnect/reset before headers. reset reason: ';

/**
 * The answers of the Service Connect proxy. It is Envoy, so these are Envoy's; AWS does not list them. Inferred;
 * {@link https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage}.
 */
export const PROXY_ANSWERS: Readonly<Record<ProxyFailure, ProxyAnswer>> = {
  'no-endpoint': { statusCode: 503, statusText: 'Service Unavailable', body: 'no healthy upstream' },
  'connect-failed': {
    statusCode: 503,
    statusText: 'Service Unavailable',
    body: `${RESET}connection failure`,
  },
  'connect-timeout': {
    statusCode: 503,
    statusText: 'Service Unavailable',
    body: `${RESET}connection timeout`,
  },
  reset: { statusCode: 503, statusText: 'Service Unavailable', body: `${RESET}connection termination` },
  'request-timeout': { statusCode: 504, statusText: 'Gateway Timeout', body: 'upstream request timeout' },
  'malformed-response': { statusCode: 502, statusText: 'Bad Gateway', body: `${RESET}protocol error` },
  'old-http': { statusCode: 426, statusText: 'Upgrade Required', body: '' },
};

/** Value of `Server` in the proxy's own answers. Inferred, as {@link PROXY_ANSWERS}. */
export const PROXY_SERVER_HEADER = 'envoy';

/** Whether an attempt counts against its endpoint: no response (0), or one with 5xx. */
export function countsAsFailure(status: number): boolean {
  return status === 0 || status >= 500;
}
