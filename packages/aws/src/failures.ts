import { AwsError, type AwsErrorCode } from './aws-error.ts';

const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
  'UnauthorizedSSOToken',
]);
const UNKNOWN_KEY = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'AuthFailure',
]);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'Forbidden',
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);

/** The error's own name and code, then those of what caused it. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    names.push(each.name);
    for (const property of ['code', 'Code'] as const) {
      if (property in each) names.push(String(each[property as keyof Error]));
    }
    if (each instanceof AggregateError) names.push(...each.errors.flatMap(namesOf));
  }
  return names;
}

/** Whether AWS answered with one of these error names. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return namesOf(error).some((name) => names.includes(name));
}

/** The message of whatever was thrown, with its innermost cause where the outer one says nothing of its own. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/**
 * Anything thrown by an SDK or the CDK toolkit as an {@link AwsError}, with what to do about it.
 * `doing` says what was tried: `read the secret api-key`.
 */
export function toAwsError(error: unknown, doing: string): AwsError {
  if (error instanceof AwsError) return error;
  const names = namesOf(error);
  const is = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  const text = messageOf(error);
  const make = (code: AwsErrorCode, message: string, fix: string, why: string | null = text): AwsError =>
    new AwsError(code, message, { why, fix, cause: error });
  if (is(EXPIRED) || /(token|session).{0,40} (has |is )?expired/i.test(text)) {
    return make(
      'expired-credentials',
      'The AWS credentials have expired',
      'Sign in again (`aws sso login`, or whatever gave you the credentials) and run the command again.',
    );
  }
  if (names.includes('CredentialsProviderError') || /could not load credentials/i.test(text)) {
    return make(
      'no-credentials',
      'No AWS credentials were found',
      'Sign in with `aws sso login --profile NAME` and give --profile NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (is(UNKNOWN_KEY)) {
    return make(
      'access-denied',
      'AWS does not accept the credentials',
      'Check the profile or the access key, and that the region is enabled for the account.',
    );
  }
  if (is(DENIED) || /is not authorized to perform/.test(text)) {
    return make(
      'access-denied',
      `AWS denied permission to ${doing}`,
      'Ask for the permission that AWS names, or use a role that has it.',
    );
  }
  if (is(NETWORK) || names.includes('TimeoutError')) {
    return make(
      'unreachable',
      `AWS could not be reached to ${doing}`,
      'Check the network, the proxy, AWS_ENDPOINT_URL and the region, then run the command again.',
    );
  }
  return make(
    'unexpected',
    `AWS could not ${doing}`,
    'Read what AWS says above; if it does not help, report it.',
  );
}

/** Runs `work`; whatever it throws becomes an {@link AwsError} that says what was tried. */
export async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toAwsError(error, doing);
  }
}
