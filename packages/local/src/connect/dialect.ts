import {
  LOAD_BALANCER_ERRORS,
  type LoadBalancerErrorKind,
  PROXY_ANSWERS,
  PROXY_SERVER_HEADER,
  type ProxyFailure,
} from '@breakwater/behaviour';
import type { Dialect } from '../router/dialect.ts';
import type { OwnResponse } from '../router/own-responses.ts';
import type { RequestHead } from '../router/request-head.ts';
import type { RouterFailure } from '../router/types.ts';

/** What the proxy calls what the forwarding code found; what is not here is the caller's own fault. */
const FAILURES: Readonly<Partial<Record<LoadBalancerErrorKind | RouterFailure, ProxyFailure>>> = {
  'no-targets': 'no-endpoint',
  'target-connection-refused': 'connect-failed',
  'target-unreachable': 'connect-failed',
  'target-connect-timeout': 'connect-timeout',
  'target-closed': 'reset',
  'target-closed-mid-body': 'reset',
  'deregistration-delay-expired': 'reset',
  'router-closing': 'reset',
  'request-timeout': 'request-timeout',
  'target-response-timeout': 'request-timeout',
  'target-malformed-response': 'malformed-response',
  'target-headers-too-large': 'malformed-response',
};

/** Answers of a proxy are plain text. */
export function proxyResponse(statusCode: number, statusText: string, body: string): OwnResponse {
  return { statusCode, statusText, contentType: 'text/plain', body, server: PROXY_SERVER_HEADER };
}

function errorResponse(reason: LoadBalancerErrorKind | RouterFailure): OwnResponse {
  const failure = FAILURES[reason];
  if (failure !== undefined) {
    const { statusCode, statusText, body } = PROXY_ANSWERS[failure];
    return proxyResponse(statusCode, statusText, body);
  }
  // A request that is refused as malformed, too large or too slow gets the status that the load balancer would give.
  // `hasOwn` has just said that it is one of these.
  const known = Object.hasOwn(LOAD_BALANCER_ERRORS, reason)
    ? LOAD_BALANCER_ERRORS[reason as LoadBalancerErrorKind]
    : LOAD_BALANCER_ERRORS['malformed-request'];
  return proxyResponse(known.statusCode, known.statusText, known.statusText);
}

/** The call as it goes to the callee: everything end-to-end as the caller sent it, trace headers included. */
function renderHead(head: RequestHead): string {
  return (
    `${head.method} ${head.path} HTTP/1.1\r\n${head.fields}` +
    (head.chunked ? 'Transfer-Encoding: chunked\r\n' : '') +
    (head.webSocket ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n' : '\r\n')
  );
}

/** The Service Connect proxy's: it adds nothing to a call and takes nothing away. */
export const PROXY_DIALECT: Dialect = {
  passForwardedFields: true,
  traceId: (received) => received,
  renderHead,
  errorResponse,
};
