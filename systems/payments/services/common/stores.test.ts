import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { isStoreFailure, lostCondition } from './stores.ts';

const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const answered = (name: string, httpStatusCode: number | undefined) =>
  Object.assign(new Error('x'), { name, $metadata: { httpStatusCode, attempts: 4 } });

describe('a lost condition', () => {
  test('is told from a conflict that decides nothing', () => {
    expect(lostCondition(cancelled('None', 'ConditionalCheckFailed'))).toBe(true);
    expect(lostCondition(cancelled('TransactionConflict', 'None'))).toBe(false);
    expect(lostCondition(new ConditionalCheckFailedException({ message: 'x', $metadata: {} }))).toBe(true);
    expect(lostCondition(new Error('x'))).toBe(false);
  });
});

describe('a failure of the store, after which the client may come again', () => {
  test.each([
    ['no connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['no connection, told by the SDK', answered('Error', undefined)],
    ['no answer in time', answered('TimeoutError', undefined)],
    ['an internal error', answered('InternalServerError', 500)],
    ['too many requests', answered('ThrottlingException', 400)],
  ])('%s', (_what, error) => expect(isStoreFailure(error)).toBe(true));

  test.each([
    ['a mistake of ours', answered('ValidationException', 400)],
    ['no right to it', answered('AccessDeniedException', 400)],
    ['a mistake in the program', new TypeError('x')],
    ['no error', 'x'],
  ])('is not %s', (_what, error) => expect(isStoreFailure(error)).toBe(false));
});
