import type { AwsErrorCode } from '../aws-error.ts';
import { isNamed, messageOf, toAwsError } from '../failures.ts';

/** After these no other question can be put either. */
const END_ALL: ReadonlySet<AwsErrorCode> = new Set(['no-credentials', 'expired-credentials', 'unreachable']);
const UNKNOWN_KEY = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
];

/**
 * Why a question could not be put, in one line.
 *
 * @throws AwsError when no other question can be put either: without credentials there is no use in going on
 */
export function explainFailure(error: unknown): string {
  const known = toAwsError(error, 'compare the system with its plan');
  if (END_ALL.has(known.code) || isNamed(error, ...UNKNOWN_KEY)) throw known;
  const name = error instanceof Error ? error.name : 'Error';
  return `${name}: ${messageOf(error)}`.replace(/\s+/g, ' ');
}
