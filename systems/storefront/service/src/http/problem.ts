/** What a refusal of the API looks like: https://www.rfc-editor.org/rfc/rfc9457 */
export interface ProblemBody {
  /** Which kind of problem, relative to the service: `/api/problems#sold-out`; `about:blank` when the status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Members of the kind of problem, such as `field`. */
  readonly [member: string]: unknown;
}

/** Kinds of problems with a meaning beyond their status. */
export const problemTitles = {
  'invalid-request': 'The request breaks a rule',
  'sign-in-required': 'Sign in first',
  'wrong-credentials': 'Wrong email or password',
  csrf: 'The request does not come from our pages',
  'email-taken': 'The email has an account',
  'sold-out': 'Sold out',
  'price-changed': 'The price has changed',
  'unknown-product': 'Unknown product',
  'key-reused': 'The idempotency key was used for something else',
  'too-many-requests': 'Too many requests',
  'try-again': 'Try again',
} as const;

export type ProblemKind = keyof typeof problemTitles;

/** More about a problem. */
export interface ProblemDetails {
  readonly kind?: ProblemKind;
  /** Members of the answer. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** An answer other than success that the service gives on purpose. Thrown by handlers, written by the error handler. */
export class Problem extends Error {
  readonly status: number;
  readonly kind: ProblemKind | undefined;
  readonly members: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | undefined;

  constructor(status: number, detail: string, details: ProblemDetails = {}) {
    // Most answers of a flash sale are refusals, and nobody reads where in the program one was made.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(detail, { cause: details.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.status = status;
    this.kind = details.kind;
    this.members = details.members ?? {};
    this.retryAfter = details.retryAfter;
  }
}

/** 400 with the field and its rule. */
export function badField(field: string, rule: string): Problem {
  return new Problem(400, rule, { kind: 'invalid-request', members: { field } });
}

/** 503: nothing was done, a later try may work. */
export function tryAgain(detail: string, cause?: unknown): Problem {
  return new Problem(503, detail, { kind: 'try-again', retryAfter: 1, cause });
}
