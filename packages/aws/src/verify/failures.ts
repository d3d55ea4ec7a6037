import { AwsError } from '../aws-error.ts';

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const REFUSED = new Set([
  'CredentialsProviderError',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'SignatureDoesNotMatch',
]);

/**
 * Why a question could not be put, in one line.
 *
 * @throws AwsError when no other question can be put either: without credentials there is no use in going on
 */
export function explainFailure(error: unknown): string {
  if (error instanceof AwsError) throw error;
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  if (EXPIRED.has(name)) {
    throw new AwsError('expired-credentials', 'The AWS credentials have expired', {
      why: message,
      fix: 'Sign in again, for example with `aws sso login`, and repeat the command.',
      cause: error,
    });
  }
  if (REFUSED.has(name)) {
    throw new AwsError('no-credentials', 'AWS does not accept the credentials', {
      why: message,
      fix: 'Check `aws sts get-caller-identity`, and AWS_PROFILE or --profile.',
      cause: error,
    });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${name}: ${message}${cause}`.replace(/\s+/g, ' ');
}
