/** What every refusal of this API looks like: a sentence, and the field it is about where there is one. */
export interface ProblemBody {
  readonly error: string;
  readonly field?: string;
}

/** An answer other than success that the API gives on purpose. Thrown by handlers, written by the error handler. */
export class Problem extends Error {
  readonly statusCode: number;
  readonly field: string | undefined;
  /** Seconds after which the client may try again. */
  readonly retryAfter: number | undefined;

  constructor(
    statusCode: number,
    message: string,
    details: { field?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.statusCode = statusCode;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
  }
}

export function badField(field: string, rule: string): Problem {
  return new Problem(400, rule, { field });
}

export function notFound(): Problem {
  return new Problem(404, 'Product not found');
}
