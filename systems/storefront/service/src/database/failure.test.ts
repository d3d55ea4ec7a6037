import { expect, test } from 'vitest';
import { breaksConnection, failureKind, isLostConnection } from './failure.ts';

const failed = (code: string | undefined, message = 'failed') =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  // code, message, kind, closes the connection, was a connection that was lost
  ['ECONNREFUSED', 'connect ECONNREFUSED', 'unavailable', true, false],
  ['ECONNRESET', 'read ECONNRESET', 'unavailable', true, true],
  ['EPIPE', 'write EPIPE', 'unavailable', true, true],
  [undefined, 'Connection terminated unexpectedly', 'unavailable', true, true],
  [undefined, 'Query read timeout', 'unavailable', true, false],
  [undefined, 'timeout exceeded when trying to connect', 'unavailable', true, false],
  ['57P01', 'terminating connection due to administrator command', 'unavailable', true, true],
  ['57P03', 'the database system is starting up', 'unavailable', true, true],
  ['57014', 'canceling statement due to statement timeout', 'unavailable', false, false],
  ['55P03', 'canceling statement due to lock timeout', 'unavailable', false, false],
  ['25006', 'cannot execute INSERT in a read-only transaction', 'unavailable', true, true],
  ['53300', 'too many clients already', 'unavailable', false, false],
  ['28P01', 'password authentication failed', 'unavailable', false, false],
  ['40P01', 'deadlock detected', 'unavailable', false, false],
  ['23514', 'violates check constraint', 'statement', false, false],
  ['42P01', 'relation does not exist', 'statement', false, false],
] as const)('%s "%s" is %s', (code, message, kind, breaks, lost) => {
  const error = failed(code, message);
  expect([failureKind(error), breaksConnection(error), isLostConnection(error)]).toEqual([
    kind,
    breaks,
    lost,
  ]);
});
