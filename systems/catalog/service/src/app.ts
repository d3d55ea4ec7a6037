import type { Socket } from 'node:net';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Readiness } from './database/readiness.ts';
import { answerErrors, sendProblem } from './http/error-handler.ts';
import { bodyLimit, readJsonBodies } from './http/json-body.ts';
import { watchRequests } from './http/request-hooks.ts';
import { type ServiceInfo, serviceRoutes } from './http/service-routes.ts';
import { productRoutes } from './products/product-routes.ts';
import type { ProductStore } from './products/product-store.ts';
import { newTraceId, readTraceHeaders } from './tracing/trace-headers.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What the application is made of. */
export interface AppParts {
  readonly info: ServiceInfo;
  readonly store: ProductStore;
  readonly readiness: Readiness;
  readonly isStopping: () => boolean;
  readonly onRequest: () => void;
  readonly tracing: Tracing | undefined;
  readonly logger: FastifyBaseLogger;
  readonly logAll: boolean;
}

/** Longer than the load balancer keeps an idle connection (60 s), so that it never sends into one that we are closing. */
const keepAliveTimeout = 65_000;

/** Builds the HTTP application; it listens to nothing yet. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'trace_id' }),
    genReqId: (request) => readTraceHeaders(request.headers)?.traceId ?? newTraceId(Date.now(), Math.random),
    bodyLimit,
    keepAliveTimeout,
    requestTimeout: 30_000,
    // Whoever still reaches us while we stop is served; the answer tells it to come back on another connection.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: refuseBadRequest,
  });
  // Requests are checked by functions with exact sentences, and answers are JSON text already: the schemas describe.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readJsonBodies(app);
  answerErrors(app);
  watchRequests(app, parts.tracing, parts.logAll);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.url !== '/health') parts.onRequest();
    done();
  });
  // Asked when the answer goes out: the request may have come before the signal.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (parts.isStopping()) reply.header('connection', 'close');
    done(null, payload);
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Product catalogue',
        version: parts.info.version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
  });
  serviceRoutes(app, parts.info, parts.isStopping, parts.readiness.info);
  productRoutes(app, parts.store, parts.readiness);
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'Request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive'],
};

/** Answers what is no HTTP request at all, and closes. */
function refuseBadRequest(this: unknown, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = refusals[error.code ?? ''] ?? [
    '400 Bad Request',
    'The request is not valid HTTP',
  ];
  const body = JSON.stringify({ error: message });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
