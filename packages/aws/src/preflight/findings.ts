import { DIAGNOSTICS, type Diagnostic, type Plan } from '@breakwater/plan';
import { AwsError, type AwsErrorCode } from '../aws-error.ts';
import type { Images } from '../images/resolve-images.ts';
import type { Session } from '../session.ts';
import type { LiveStack } from '../stacks/read.ts';

/** What a check is given. */
export interface CheckInput {
  readonly session: Session;
  readonly plan: Plan;
  /** Digests given by the caller. */
  readonly images: Images;
  /** The definition's folder; null where nothing is built. */
  readonly directory: string | null;
  /** Every stack of the account and region. */
  readonly stacks: readonly LiveStack[];
}

/** What a check found: problems keep the deployment from beginning, warnings do not. */
export interface Findings {
  readonly problems: readonly AwsError[];
  readonly warnings: readonly string[];
}

/** Nothing to object to. */
export const NOTHING: Findings = { problems: [], warnings: [] };

/** One look at the account. Must not change anything. */
export type Check = (input: CheckInput) => Promise<Findings>;

/** All findings in one. */
export function combine(findings: readonly Findings[]): Findings {
  return {
    problems: findings.flatMap(({ problems }) => problems),
    warnings: findings.flatMap(({ warnings }) => warnings),
  };
}

/** A finding that every target has, as a failure of ours. */
export function failureOf(code: AwsErrorCode, { code: entry, message, fix }: Diagnostic): AwsError {
  const { cause } = DIAGNOSTICS[entry];
  // In the middle of a sentence, as failures are shown.
  const why = cause.charAt(0).toLowerCase() + cause.slice(1).replace(/\.$/, '');
  return new AwsError(code, message.replace(/\.$/, ''), { why, fix });
}
