import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describe, failureKind } from '../database/failure.ts';
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
  app.setErrorHandler((error: unknown, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'Not found' } satisfies ProblemBody),
  );
}

/** Writes the answer for `error`, and logs it if it is ours rather than the client's. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
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

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isFrameworkError(error)) {
    const known = frameworkProblems[error.code];
    if (known !== undefined) return known;
    const status = error.statusCode ?? 500;
    return status < 500
      ? new Problem(status, error.message)
      : new Problem(500, 'Internal server error', { cause: error });
  }
  // Nothing else than the database can be away: an error without SQLSTATE from our own code is a mistake of ours.
  if (error instanceof Error && !(error instanceof TypeError) && failureKind(error) === 'unavailable') {
    return new Problem(503, 'The database is unavailable at the moment', { retryAfter: 1, cause: error });
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
