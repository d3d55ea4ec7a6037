import type { FastifyInstance } from 'fastify';
import { readTraceHeaders, xrayHeader } from '../tracing/trace-headers.ts';
import type { RequestTrace, Tracing } from '../tracing/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of this request, if it is traced. */
    trace: RequestTrace | undefined;
  }
}

/** A request that takes longer is logged. Milliseconds. */
const slow = 1000;

/** Begins and ends the trace of each request, and writes its log line. Load balancer checks are neither traced nor logged. */
export function watchRequests(app: FastifyInstance, tracing: Tracing | undefined, logAll: boolean): void {
  app.decorateRequest('trace', undefined);

  if (tracing !== undefined) {
    app.addHook('onRequest', (request, reply, done) => {
      const route = request.routeOptions.url;
      if (route === '/health') return done();
      const mark = request.url.indexOf('?');
      request.trace = tracing.start({
        traceId: request.id,
        parent: readTraceHeaders(request.headers),
        method: request.method,
        route,
        path: mark < 0 ? request.url : request.url.slice(0, mark),
        query: mark < 0 ? undefined : request.url.slice(mark + 1),
        headers: request.headers,
        httpVersion: request.raw.httpVersion,
        clientAddress: clientAddress(request.headers['x-forwarded-for']) ?? request.raw.socket.remoteAddress,
      });
      reply.header('x-amzn-trace-id', xrayHeader(request.id, request.trace !== undefined));
      if (request.trace !== undefined)
        reply.header('traceresponse', `00-${request.id}-${request.trace.spanId}-01`);
      done();
    });
  }

  app.addHook('onResponse', (request, reply, done) => {
    const { trace } = request;
    trace?.end(reply.statusCode);
    const elapsed = reply.elapsedTime;
    const route = request.routeOptions.url;
    if (route !== '/health' && (logAll || trace !== undefined || reply.statusCode >= 500 || elapsed > slow)) {
      const line = {
        method: request.method,
        url: request.url,
        route,
        status: reply.statusCode,
        ms: Math.round(elapsed * 10) / 10,
      };
      if (reply.statusCode >= 500) request.log.warn(line, 'request failed');
      else request.log.info(line, 'request');
    }
    done();
  });

  // A client that goes away before its answer gets none, but its span must end all the same.
  app.addHook('onRequestAbort', (request, done) => {
    request.trace?.end(499);
    request.trace = undefined;
    done();
  });
}

/** The first address is the client's, as the first proxy saw it; whoever sends the header can write there what they like. */
function clientAddress(header: string | string[] | undefined): string | undefined {
  const first = (Array.isArray(header) ? header[0] : header)?.split(',', 1)[0]?.trim();
  return first || undefined;
}
