import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DatabaseUnavailable, describe } from '../database/failure.ts';
import { bodyLimit } from './bodies.ts';
import { Problem, type ProblemBody, problemTitles, tryAgain } from './problem.ts';

/** Sentences for what the framework itself refuses. */
const frameworkProblems: Readonly<Record<string, readonly [number, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, `The request body is larger than ${bodyLimit / 1024} KiB.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'This Content-Type is not read here.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'The request body does not have the length that Content-Length says.',
  ],
  FST_ERR_BAD_URL: [400, 'The URL is not valid.'],
};

const statusTitles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
};

/** Writes the answer of a problem: JSON for programs, a page for people. */
export type WriteProblem = (problem: Problem, request: FastifyRequest, reply: FastifyReply) => unknown;

/** Answers every failure of a part of the application: a sentence for the client, the cause for the log. */
export function answerErrors(app: FastifyInstance, write: WriteProblem): void {
  app.setErrorHandler(async (error: unknown, request, reply) => {
    if (!request.raw.complete) await drain(request.raw);
    return answerProblem(error, request, reply, write);
  });
}

/** Writes the answer for `error`, and logs it if it is ours rather than the client's. */
export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  write: WriteProblem,
): unknown {
  const problem = toProblem(error, request);
  if (problem.status >= 500 && problem.cause !== undefined) {
    const { code, message } = describe(problem.cause);
    const stack = problem.status === 500 && problem.cause instanceof Error ? problem.cause.stack : undefined;
    request.log.error(
      { code, cause: message, stack, method: request.method, route: request.routeOptions.url },
      problem.message,
    );
  }
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  reply.code(problem.status);
  return write(problem, request, reply);
}

/** Problem details, RFC 9457. */
export const writeProblemJson: WriteProblem = (problem, _request, reply) =>
  reply
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem)));

/** A problem as JSON says it. */
export function problemBody(problem: Problem): ProblemBody {
  const { kind, status, message, members } = problem;
  return {
    type: kind === undefined ? 'about:blank' : `/api/problems#${kind}`,
    title: kind === undefined ? (statusTitles[status] ?? 'Error') : problemTitles[kind],
    status,
    detail: message,
    ...members,
  };
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

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (isFrameworkError(error)) {
    const known = frameworkProblems[error.code];
    if (known !== undefined) return new Problem(...known);
    const status = error.statusCode ?? 500;
    if (status < 500) return new Problem(status, error.message);
  } else if (error instanceof DatabaseUnavailable) {
    const write = request.method !== 'GET' && request.method !== 'HEAD';
    return tryAgain(
      write && error.mayBeDone
        ? 'The connection to the database was lost. The change may or may not have been made: look before you repeat it.'
        : 'The shop cannot reach its database at the moment. Nothing was changed; try again in a moment.',
      error.cause,
    );
  }
  return new Problem(500, 'Something went wrong on our side. Nothing was changed.', { cause: error });
}

function isFrameworkError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('FST_')
  );
}
