/** What went wrong, in a form that a program can tell apart. */
export type AwsErrorCode =
  | 'no-credentials'
  | 'expired-credentials'
  | 'access-denied'
  | 'wrong-region'
  | 'wrong-account'
  | 'not-bootstrapped'
  | 'missing-secret'
  | 'missing-certificate'
  | 'missing-hosted-zone'
  | 'missing-image'
  | 'no-build-tool'
  | 'build-failed'
  | 'quota'
  | 'name-taken'
  | 'stack-failed'
  | 'busy'
  | 'would-lose-data'
  | 'cannot-change'
  | 'protected'
  | 'nothing-deployed'
  | 'no-earlier-release'
  | 'deployment-failed'
  | 'destroy-failed'
  | 'interrupted'
  | 'unreachable'
  | 'unexpected';

/** What an {@link AwsError} says besides what happened. */
export interface AwsErrorDetails {
  readonly why?: string | null;
  readonly fix: string;
  /** Lines that help to find the place: reasons by resource, the end of a log. */
  readonly detail?: string | null;
  /** Where it is several problems at once. */
  readonly problems?: readonly AwsError[];
  readonly cause?: unknown;
}

/** A failure that a person can do something about: what happened, why, and what to do. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: AwsErrorCode;
  /** Why it happened, where that is known. */
  readonly why: string | null;
  /** What to do, as a sentence. */
  readonly fix: string;
  /** Lines that help to find the place, printed as they are; null without. */
  readonly detail: string | null;
  /** The single problems where it is several at once, else empty. */
  readonly problems: readonly AwsError[];

  constructor(code: AwsErrorCode, message: string, details: AwsErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.why = details.why ?? null;
    this.fix = details.fix;
    this.detail = details.detail ?? null;
    this.problems = details.problems ?? [];
  }
}

const OF_CREDENTIALS: readonly AwsErrorCode[] = [
  'no-credentials',
  'expired-credentials',
  'access-denied',
  'wrong-account',
];
const OF_THE_MOMENT: readonly AwsErrorCode[] = ['busy', 'unreachable', 'unexpected'];

/** Who is let in sees the rest; what somebody has to repair says more than what passes by itself. */
function telling({ code }: AwsError): number {
  if (OF_CREDENTIALS.includes(code)) return 0;
  const later = OF_THE_MOMENT.indexOf(code);
  return later === -1 ? 1 : 2 + later;
}

/**
 * Several problems as one error; a single one stays as it is. The list must not be empty. The code is that of the most telling one:
 * credentials, then what the account lacks, then what passes by itself.
 */
export function together(problems: readonly AwsError[], what: string): AwsError {
  const [first] = problems;
  if (first === undefined) return new AwsError('unexpected', what, { fix: 'Please report it.' });
  if (problems.length === 1) return first;
  const { code } = problems.reduce((most, each) => (telling(each) < telling(most) ? each : most));
  return new AwsError(code, `${what}: ${problems.length} problems`, {
    detail: problems
      .map(({ message, why, fix }) => `- ${message}${why === null ? '' : `: ${why}`}\n  ${fix}`)
      .join('\n'),
    fix: 'Correct what is listed and run the command again.',
    problems,
  });
}
