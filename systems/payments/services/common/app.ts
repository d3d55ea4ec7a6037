import type { IncomingMessage } from 'node:http';
import swagger from '@fastify/swagger';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { Type } from 'typebox';
import { type BrokenRule, Problem, type ProblemType, problemBody, problemTypes } from './problem.ts';
import { isStoreFailure } from './stores.ts';
import { version } from './version.ts';

/** What every service's HTTP application is made of. */
export interface AppOptions {
  /** `order`: the name of the service and the first part of its paths. */
  readonly service: string;
  readonly title: string;
  readonly logger: FastifyBaseLogger;
  readonly isStopping: () => boolean;
  readonly onRequest: () => void;
  readonly routes: (app: FastifyInstance) => void;
}

/** Greatest size of a request body in bytes: an order with 100 lines takes about 30,000. */
export const bodyLimit = 64 * 1024;
/** Longer than the load balancer keeps an idle connection (60 s), so that it never sends into one that we are closing. */
const keepAliveTimeout = 65_000;
/** A request that takes longer is logged. Milliseconds. */
const slow = 1000;

const HealthSchema = Type.Object({ status: Type.String(), service: Type.String(), version: Type.String() });

/** Builds the HTTP application; it listens to nothing yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { service, isStopping } = options;
  const app: FastifyInstance = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    keepAliveTimeout,
    requestTimeout: 30_000,
    // Whoever still reaches us while we stop is served; the answer tells it to come back on another connection.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // Nothing is made to fit: "1" is no number, and an unknown field is a mistake of the sender.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply, service),
  });
  // Handlers build answers from known fields; the schemas of answers describe them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readJsonBodies(app);
  app.setErrorHandler(async (error: unknown, request, reply) => {
    if (!request.raw.complete) await drain(request.raw);
    return refuse(error, request, reply, service);
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(new Problem('not-found', 'No such address.'), request, reply, service),
  );
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.url !== '/health') options.onRequest();
    done();
  });
  // Asked when the answer goes out: the request may have come before the signal.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isStopping()) reply.header('connection', 'close');
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode, elapsedTime } = reply;
    if (request.routeOptions.url !== '/health' && (statusCode >= 500 || elapsedTime > slow)) {
      const line = {
        method: request.method,
        url: request.url,
        status: statusCode,
        ms: Math.round(elapsedTime),
      };
      request.log.info(line, 'request');
    }
    done();
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: options.title,
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
  });
  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether this task may get requests',
        response: { 200: HealthSchema, 503: HealthSchema },
      },
    },
    (_request, reply) => {
      const stopping = isStopping();
      reply.code(stopping ? 503 : 200).send({ status: stopping ? 'unhealthy' : 'healthy', service, version });
    },
  );
  app.get(`/${service}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  app.get<{ Params: { readonly type: string } }>(
    `/${service}/problems/:type`,
    { schema: { summary: 'What a type of problem means' } },
    ({ params: { type } }) => {
      if (!isProblemType(type)) throw new Problem('not-found', 'No such type of problem.');
      return { type: `/${service}/problems/${type}`, ...problemTypes[type] };
    },
  );
  options.routes(app);
  return app;
}

function isProblemType(type: string): type is ProblemType {
  return Object.hasOwn(problemTypes, type);
}

/**
 * For routes that only other services of the system may use. The load balancer puts `X-Forwarded-Port` on every request, whatever
 * the client sent: a request with it came from outside. `X-Forwarded-For` would not do: proxies between services may add it too.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function internalOnly(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  if (request.headers['x-forwarded-port'] === undefined) done();
  else
    done(
      new Problem('internal-only', 'This write is for other services of the system, not for the outside.'),
    );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // `parseAs: 'buffer'` gives a Buffer.
      const value: unknown = body.length === 0 ? undefined : JSON.parse(utf8.decode(body as Buffer));
      done(null, value);
    } catch {
      done(new Problem('invalid-request', 'The request body is not valid JSON in UTF-8.'));
    }
  });
}

/** Sentences for what the framework itself refuses. */
const frameworkProblems: Readonly<Record<string, readonly [ProblemType, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', `The request body is larger than ${bodyLimit / 1024} KiB.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'Send Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid-request',
    'The request body does not have the length that Content-Length says.',
  ],
  FST_ERR_BAD_URL: ['invalid-request', 'The URL is not valid.'],
};

/** Writes the problem document for `error`, and logs it if it is ours rather than the client's. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, service: string): FastifyReply {
  const problem = toProblem(error, request);
  if (problem.status >= 500 && problem.cause !== undefined) {
    const { cause } = problem;
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const stack = problem.status === 500 && cause instanceof Error ? cause.stack : undefined;
    request.log.error({ cause: message, stack, method: request.method, url: request.url }, problem.message);
  }
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  const path = request.url.split('?', 1)[0] ?? '/';
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(problemBody(problem, service, path));
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (isFrameworkError(error)) {
    if (error.validation !== undefined) {
      const errors = error.validation.map((one) => brokenRule(one, error.validationContext ?? 'body'));
      return new Problem('invalid-request', errors[0]?.detail ?? error.message, { errors });
    }
    const [type, detail] = frameworkProblems[error.code] ?? [];
    if (type !== undefined) return new Problem(type, detail ?? error.message);
    if ((error.statusCode ?? 500) < 500) return new Problem('invalid-request', error.message);
  }
  if (isStoreFailure(error)) {
    const write = request.method !== 'GET' && request.method !== 'HEAD';
    const detail = write
      ? 'A store did not answer; the change may or may not have been made. Repeat the request with the same idempotency key.'
      : 'A store did not answer. Try again.';
    return new Problem('unavailable', detail, { retryAfter: 1, cause: error });
  }
  return new Problem(
    'internal',
    'The request could not be carried out because of a mistake in the service.',
    {
      cause: error,
    },
  );
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_');
}

type ValidationError = NonNullable<FastifyError['validation']>[number];

function brokenRule(error: ValidationError, context: string): BrokenRule {
  const { instancePath, keyword, params, message = 'is not valid' } = error;
  const extra = keyword === 'additionalProperties' ? `/${String(params['additionalProperty'])}` : '';
  const pointer = `${instancePath}${extra}`;
  const where = pointer === '' ? (context === 'body' ? 'the request body' : context) : pointer.slice(1);
  const rule =
    keyword === 'additionalProperties'
      ? 'is no field of this request'
      : keyword === 'pattern'
        ? 'has characters or a form that are not allowed here'
        : keyword === 'enum'
          ? 'is none of the values that are taken here'
          : message;
  const detail = `${where} ${rule}`;
  return context === 'body' ? { pointer, detail } : { parameter: where, detail };
}

/** More of an unwanted body than this is not waited for. Bytes and milliseconds. */
const drainLimit = { bytes: 16 * 1024 * 1024, ms: 5000 };

/**
 * Takes in what is left of a body that nobody wants. An answer given while the client still sends is lost: closing the
 * connection resets it, and the client sees that instead of the answer.
 */
function drain(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let taken = 0;
    const timer = setTimeout(done, drainLimit.ms);
    function count(chunk: Buffer): void {
      taken += chunk.length;
      if (taken > drainLimit.bytes) done();
    }
    function done(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done);
      resolve();
    }
    if (request.destroyed || request.readableEnded) done();
    else request.on('data', count).once('end', done).once('close', done).resume();
  });
}
