/**
 * The kinds of refusal that a client may want to tell apart: what `type` of a problem document names.
 * Source: https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'The request breaks a rule' },
  'idempotency-key-missing': { status: 400, title: 'The header Idempotency-Key is missing or malformed' },
  'internal-only': { status: 403, title: 'Only services of this system may ask for this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'already-exists': { status: 409, title: 'This has been done under another idempotency key' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'media-type': { status: 415, title: 'The request body must be application/json' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used with other content' },
  internal: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'The service cannot do this at the moment' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemType = keyof typeof problemTypes;

/** One rule that a request breaks, and where: a JSON Pointer into the body, or the name of a parameter or header. */
export interface BrokenRule {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

export interface ProblemDetails {
  readonly errors?: readonly BrokenRule[];
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** An answer other than success that the API gives on purpose. Thrown by handlers, written by the error handler. */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly status: number;
  readonly errors: readonly BrokenRule[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(type: ProblemType, detail: string, { errors, retryAfter, cause }: ProblemDetails = {}) {
    super(detail, { cause });
    this.type = type;
    this.status = problemTypes[type].status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/** The body of a refusal: RFC 9457, with the extension member `errors`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly BrokenRule[];
}

/** @param service first part of every path of the service, where the types are explained */
export function problemBody(problem: Problem, service: string, instance: string): ProblemBody {
  const { type, status, message, errors } = problem;
  const { title } = problemTypes[type];
  return {
    type: `/${service}/problems/${type}`,
    title,
    status,
    detail: message,
    instance,
    ...(errors && { errors }),
  };
}
