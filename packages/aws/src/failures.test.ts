import { expect, test } from 'vitest';
import { toAwsError } from './failures.ts';

const named = (name: string, message = 'said AWS', cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name });

test.each([
  ['ExpiredTokenException', 'expired-credentials'],
  ['CredentialsProviderError', 'no-credentials'],
  ['UnrecognizedClientException', 'access-denied'],
  ['AccessDeniedException', 'access-denied'],
  ['ECONNREFUSED', 'unreachable'],
  ['ValidationError', 'unexpected'],
])('%s is %s', (name, code) => {
  expect(toAwsError(named(name), 'look').code).toBe(code);
});

test('what was the matter is found below what the toolkit makes of it', () => {
  const error = named('ToolkitError', 'stack failed', named('ExpiredToken', 'The security token is expired'));
  expect(toAwsError(error, 'deploy')).toMatchObject({ code: 'expired-credentials', why: 'stack failed' });
});

test('sessions of single sign-on that ended count as expired, in their own words', () => {
  const error = named(
    'CredentialsProviderError',
    'The SSO session associated with this profile has expired.',
  );
  expect(toAwsError(error, 'look').code).toBe('expired-credentials');
});
