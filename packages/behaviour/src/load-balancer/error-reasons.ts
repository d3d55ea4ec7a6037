/** Why the load balancer itself answers instead of a target. */
export type LoadBalancerErrorKind =
  | 'malformed-request'
  | 'request-line-too-large'
  | 'header-too-large'
  | 'headers-too-large'
  | 'client-closed-before-body'
  | 'waf-blocked'
  | 'trace-method'
  | 'client-idle'
  | 'lambda-body-too-large'
  | 'uri-too-long'
  | 'client-closed'
  | 'too-many-forwarded-for'
  | 'protocol-mismatch'
  | 'internal-error'
  | 'unsupported-transfer-encoding'
  | 'target-connection-refused'
  | 'target-closed'
  | 'target-malformed-response'
  | 'target-headers-too-large'
  | 'target-tls-failed'
  | 'deregistration-delay-expired'
  | 'no-targets'
  | 'no-weighted-target-group'
  | 'target-connect-timeout'
  | 'target-response-timeout'
  | 'target-content-length-mismatch'
  | 'unsupported-http-version'
  | 'identity-provider-error';

/** One reason with the status code the client sees. */
export interface LoadBalancerError {
  readonly statusCode: number;
  readonly statusText: string;
  /** A sentence for logs and people. */
  readonly when: string;
}

/**
 * The load balancer's own status codes. That every target is unhealthy is not among them: it fails open.
 * Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html}.
 */
export const LOAD_BALANCER_ERRORS: Readonly<Record<LoadBalancerErrorKind, LoadBalancerError>> = {
  'malformed-request': error(400, 'The request is malformed.'),
  'request-line-too-large': error(400, 'The request line is larger than 16 KB.'),
  'header-too-large': error(400, 'One request header is larger than 16 KB.'),
  'headers-too-large': error(400, 'The request headers together are larger than 64 KB.'),
  'client-closed-before-body': error(
    400,
    'The client closed the connection before it had sent the whole body.',
  ),
  'waf-blocked': error(403, 'The web application firewall blocked the request.'),
  'trace-method': error(405, 'The TRACE method is not allowed.'),
  'client-idle': error(408, 'The client sent nothing until the idle timeout was over.'),
  'lambda-body-too-large': error(413, 'The body for a Lambda target is larger than 1 MB.'),
  'uri-too-long': error(414, 'The URL or its query string is too large.'),
  'client-closed': error(
    460,
    'The client closed the connection before the idle timeout, with the request outstanding.',
  ),
  'too-many-forwarded-for': error(463, 'X-Forwarded-For has more than 30 addresses.'),
  'protocol-mismatch': error(
    464,
    'The request protocol does not fit the protocol version of the target group.',
  ),
  'internal-error': error(500, 'The firewall or an identity provider endpoint failed.'),
  'unsupported-transfer-encoding': error(501, 'The Transfer-Encoding is neither chunked nor identity.'),
  'target-connection-refused': error(502, 'The target refused the connection.'),
  'target-closed': error(
    502,
    'The target closed the connection while the request was outstanding. Its keep-alive timeout may be shorter than the idle timeout of the load balancer.',
  ),
  'target-malformed-response': error(502, 'The response of the target is malformed.'),
  'target-headers-too-large': error(502, 'The response headers of the target are larger than 32 KB.'),
  'target-tls-failed': error(502, 'The TLS handshake with the target failed or took longer than 10 s.'),
  'deregistration-delay-expired': error(
    502,
    'The target was deregistered and its deregistration delay ended during the request.',
  ),
  'no-targets': error(503, 'The target group has no registered targets.'),
  'no-weighted-target-group': error(503, 'Every target group of the forward action has weight 0.'),
  'target-connect-timeout': error(504, 'The connection to the target was not established within 10 s.'),
  'target-response-timeout': error(504, 'The target did not respond before the idle timeout.'),
  'target-content-length-mismatch': error(504, 'The target sent less body than its Content-Length says.'),
  'unsupported-http-version': error(505, 'The HTTP version of the request is not supported.'),
  'identity-provider-error': error(561, 'The identity provider answered with an error.'),
};

function error(statusCode: number, when: string): LoadBalancerError {
  return { statusCode, statusText: statusText(statusCode), when };
}

function statusText(code: number): string {
  switch (code) {
    case 400:
      return 'Bad Request';
    case 403:
      return 'Forbidden';
    case 405:
      return 'Method Not Allowed';
    case 408:
      return 'Request Timeout';
    case 413:
      return 'Payload Too Large';
    case 414:
      return 'Request-URI Too Large';
    case 500:
      return 'Internal Server Error';
    case 501:
      return 'Not Implemented';
    case 502:
      return 'Bad Gateway';
    case 503:
      return 'Service Temporarily Unavailable';
    case 504:
      return 'Gateway Time-out';
    case 505:
      return 'HTTP Version Not Supported';
    case 561:
      return 'Unauthorized';
    default:
      return '';
  }
}

/** Value of the Server header on the load balancer's own answers. Observed in its responses, not documented. */
export const LOAD_BALANCER_SERVER_HEADER = 'awselb/2.0';

/** The HTML body of the load balancer's own answers. Observed in its responses, not documented. */
export function errorBody(kind: LoadBalancerErrorKind): string {
  const { statusCode, statusText: text } = LOAD_BALANCER_ERRORS[kind];
  const title = `${statusCode} ${text}`.trim();
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
