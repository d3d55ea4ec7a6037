/** What went wrong, in a form that a program can tell apart. */
export type AwsErrorCode =
  | 'no-credentials'
  | 'expired-credentials'
  | 'access-denied'
  | 'wrong-region'
  | 'wrong-account'
  | 'not-bootstrapped'
  | 'missing-secret'
  | 'missing-image'
  | 'no-build-tool'
  | 'build-failed'
  | 'quota'
  | 'name-taken'
  | 'stack-failed'
  | 'busy'
  | 'would-lose-data'
  | 'nothing-deployed'
  | 'no-earlier-release'
  | 'deployment-failed'
  | 'interrupted'
  | 'unreachable'
  | 'unexpected';

/** A failure that a person can do something about: what happened, why, and what to do. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: AwsErrorCode;
  /** Why it happened, where that is known. */
  readonly why: string | null;
  /** What to do, as a sentence. */
  readonly fix: string;

  constructor(
    code: AwsErrorCode,
    message: string,
    details: { readonly why?: string | null; readonly fix: string; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.why = details.why ?? null;
    this.fix = details.fix;
  }
}
