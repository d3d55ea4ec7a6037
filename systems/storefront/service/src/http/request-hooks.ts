import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** A request that takes longer is logged. Milliseconds. */
const slow = 1000;

/** The id under which log lines of a request are found: the load balancer's trace, or one of its own. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const header = request.headers['x-amzn-trace-id'];
  return /Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(String(header))?.[1] ?? randomUUID();
}

/** Logs failed and slow requests, or all; never the load balancer's checks, and of the address only the path. */
export function watchRequests(app: FastifyInstance, logAll: boolean): void {
  app.addHook('onResponse', (request, reply, done) => {
    const elapsed = reply.elapsedTime;
    const route = request.routeOptions.url;
    if (route !== '/health' && (logAll || reply.statusCode >= 500 || elapsed > slow)) {
      const [path] = request.url.split('?', 1);
      const line = {
        method: request.method,
        path,
        route,
        status: reply.statusCode,
        ms: Math.round(elapsed * 10) / 10,
      };
      if (reply.statusCode >= 500) request.log.warn(line, 'request failed');
      else request.log.info(line, 'request');
    }
    done();
  });
}
