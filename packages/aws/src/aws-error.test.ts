import { expect, test } from 'vitest';
import { AwsError, type AwsErrorCode, together } from './aws-error.ts';

const problem = (code: AwsErrorCode) => new AwsError(code, `it is ${code}`, { fix: 'Repair it.' });

test.each<[AwsErrorCode, readonly AwsErrorCode[]]>([
  ['access-denied', ['busy', 'missing-secret', 'access-denied']],
  ['expired-credentials', ['unreachable', 'expired-credentials', 'quota']],
  ['missing-secret', ['busy', 'missing-secret', 'quota']],
  ['not-bootstrapped', ['unexpected', 'unreachable', 'not-bootstrapped']],
  ['busy', ['unexpected', 'unreachable', 'busy']],
])('several problems together are called %s', (code, codes) => {
  const one = together(codes.map(problem), 'The deployment cannot begin');
  expect(one.code).toBe(code);
  expect(one.problems.map((each) => each.code)).toEqual(codes);
  for (const each of codes) expect(one.detail).toContain(`it is ${each}`);
});

test('a single problem stays as it is', () => {
  const only = problem('busy');
  expect(together([only], 'The deployment cannot begin')).toBe(only);
});
