import { forwardedHeaders } from '@breakwater/behaviour';
import type { RequestHead } from './request-head.ts';

/** What the router adds to a request. */
export interface ForwardingFacts {
  readonly clientAddress: string;
  readonly listenerPort: number;
  /** Complete value of `X-Amzn-Trace-Id`. */
  readonly traceId: string;
}

/**
 * The head as it goes to a target: everything end-to-end as it came, `Host` as the client sent it, and the load balancer's
 * own headers. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function renderForwardHead(head: RequestHead, facts: ForwardingFacts): string {
  const forwarded = forwardedHeaders({
    existing: head.forwardedFor,
    clientIp: facts.clientAddress,
    protocol: 'http',
    listenerPort: facts.listenerPort,
  });
  return (
    `${head.method} ${head.path} HTTP/1.1\r\n` +
    (head.host === '' ? `Host: 127.0.0.1:${facts.listenerPort}\r\n` : '') +
    `X-Forwarded-For: ${forwarded.forwardedFor ?? ''}\r\nX-Forwarded-Proto: ${forwarded.forwardedProto}\r\n` +
    `X-Forwarded-Port: ${forwarded.forwardedPort}\r\nX-Amzn-Trace-Id: ${facts.traceId}\r\n${head.fields}` +
    (head.chunked ? 'Transfer-Encoding: chunked\r\n' : '') +
    (head.webSocket ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n' : '\r\n')
  );
}
