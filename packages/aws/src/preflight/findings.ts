import type { Plan } from '@breakwater/plan';
import type { AwsError } from '../aws-error.ts';
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
