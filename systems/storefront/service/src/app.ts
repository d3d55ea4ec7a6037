import type { Socket } from 'node:net';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { accountRoutes } from './accounts/account-routes.ts';
import { cartRoutes } from './cart/cart-routes.ts';
import { checkoutRoutes } from './checkout/checkout-routes.ts';
import type { Readiness } from './database/readiness.ts';
import { bodyLimit, readJsonBodies } from './http/bodies.ts';
import { answerErrors, answerProblem, writeProblemJson } from './http/error-handler.ts';
import { Problem, problemTitles, tryAgain } from './http/problem.ts';
import { requestId, watchRequests } from './http/request-hooks.ts';
import { secureHeaders, securityHeaders } from './http/security-headers.ts';
import { type ServiceInfo, serviceRoutes } from './http/service-routes.ts';
import { orderRoutes } from './orders/order-routes.ts';
import type { ShopParts } from './pages/page-parts.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { noSuchPage, problemWriter } from './pages/problem-pages.ts';
import { productRoutes } from './products/product-routes.ts';

/** What the application is made of. */
export interface AppParts extends ShopParts {
  readonly info: ServiceInfo;
  readonly readiness: Readiness;
  readonly isStopping: () => boolean;
  readonly onRequest: () => void;
  readonly logger: FastifyBaseLogger;
  readonly logAll: boolean;
  /** Where the pages begin; empty for the root. */
  readonly pagesPath: string;
}

/** Longer than the load balancer keeps an idle connection (60 s), so that it never sends into one that we are closing. */
const keepAliveTimeout = 65_000;

/** Builds the HTTP application; it listens to nothing yet. */
export function buildApp(parts: AppParts): FastifyInstance {
  const { readiness, sessions, pagesPath } = parts;
  const app: FastifyInstance = fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'trace_id' }),
    genReqId: requestId,
    bodyLimit,
    keepAliveTimeout,
    requestTimeout: 30_000,
    // Whoever still reaches us while we stop is served; the answer tells it to come back on another connection.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // Before any hook: an address that cannot be read.
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(request));
      answerProblem(error, request, reply, writeProblemJson);
    },
    clientErrorHandler: refuseBadRequest,
  });
  readJsonBodies(app);
  answerErrors(app, writeProblemJson);
  const writePage = problemWriter(pagesPath, sessions);
  app.setNotFoundHandler((request, reply) => {
    const page =
      pagesPath === '' ? !request.url.startsWith('/api/') : request.url.startsWith(`${pagesPath}/`);
    return answerProblem(
      page ? noSuchPage() : new Problem(404, 'There is nothing at this address.'),
      request,
      reply,
      page ? writePage : writeProblemJson,
    );
  });
  secureHeaders(app);
  watchRequests(app, parts.logAll);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.url !== '/health') parts.onRequest();
    done();
  });
  // Asked when the answer goes out: the request may have come before the signal.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (parts.isStopping()) reply.header('connection', 'close');
    done(null, payload);
  });

  serviceRoutes(app, parts.info, parts.isStopping, readiness.info);
  app.get('/api/problems', () => problemTitles);
  app.register(async (api) => {
    waitForDatabase(api, readiness);
    productRoutes(api, parts.products);
    accountRoutes(api, sessions, parts.accounts, parts.trustedProxies);
    cartRoutes(api, sessions, parts.carts);
    checkoutRoutes(api, sessions, parts.checkout);
    orderRoutes(api, sessions, parts.orders);
  });
  app.register(async (pages) => {
    waitForDatabase(pages, readiness);
    pageRoutes(pages, parts, pagesPath);
  });
  return app;
}

/** A new task passes its health check while it is still looking at its database: the few requests of that moment wait. */
function waitForDatabase(app: FastifyInstance, readiness: Readiness): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    if (readiness.isReady()) return done();
    const notReady = () => tryAgain('The shop is just opening: try again in a moment.');
    void readiness.settled().then(() => done(readiness.isReady() ? undefined : notReady()));
  });
}

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive.'],
};

/** Answers what is no HTTP request at all, and closes. */
function refuseBadRequest(this: unknown, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = refusals[error.code ?? ''] ?? [
    '400 Bad Request',
    'The request is not valid HTTP.',
  ];
  const [code = '400'] = status.split(' ', 1);
  const body = JSON.stringify({ type: 'about:blank', title: status.slice(4), status: Number(code), detail });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
