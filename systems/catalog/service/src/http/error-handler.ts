import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DatabaseUnavailable, describe } from '../database/failure.ts';
import { bodyLimit } from './json-body.ts';
import { Problem, type ProblemBody } from './problem.ts';

/** Sentences for what the framework itself refuses. */
const frameworkProblems: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem(413, `Request body is larger than ${bodyLimit / 1024} KiB`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem(415, 'Content-Type must be application/json'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Problem(
    400,
    'Request body does not have the length that Content-Length says',
  ),
  FST_ERR_BAD_URL: new Problem(400, 'The URL is not valid'),
};

/** Answers every failure with JSON: a sentence for the client, the cause for the log. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error: unknown, request, reply) => {
    if (!request.raw.complete) await drain(request.raw);
    return sendProblem(error, request, reply);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'Not found' } satisfies ProblemBody),
  );
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

/** Writes the answer for `error`, and logs it if it is ours rather than the client's. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request);
  if (problem.statusCode >= 500 && problem.cause !== undefined) {
    const { code, message } = describe(problem.cause);
    const stack =
      problem.statusCode === 500 && problem.cause instanceof Error ? problem.cause.stack : undefined;
    request.log.error(
      { code, cause: message, stack, method: request.method, route: request.routeOptions.url },
      problem.message,
    );
  }
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  const body: ProblemBody = {
    error: problem.message,
    ...(problem.field !== undefined && { field: problem.field }),
  };
  return reply.code(problem.statusCode).send(body);
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (isFrameworkError(error)) {
    const known = frameworkProblems[error.code];
    if (known !== undefined) return known;
    const status = error.statusCode ?? 500;
    return status < 500
      ? new Problem(status, error.message)
      : new Problem(500, 'Internal server error', { cause: error });
  }
  if (error instanceof DatabaseUnavailable) {
    const write = request.method !== 'GET' && request.method !== 'HEAD';
    const message =
      write && error.mayBeDone
        ? 'The database connection was lost; the change may or may not have been made: look before you repeat it'
        : 'The database is unavailable at the moment';
    return new Problem(503, message, { retryAfter: 1, cause: error.cause });
  }
  return new Problem(500, 'Internal server error', { cause: error });
}

function isFrameworkError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('FST_')
  );
}
