import type { CallSnapshot } from '@breakwater/protocol';
import { expect, it } from 'vitest';
import { createStyle } from '../terminal.ts';
import { renderCalls } from './calls.ts';

const quiet: CallSnapshot = {
  from: 'order',
  to: 'payment',
  url: 'http://127.0.0.1:4001',
  requestsPerSecond: 0,
  p50: null,
  p99: null,
  errors: 0,
  endpoints: 2,
  ejected: [],
};

it('shows each call with its traffic, and the tasks that are left out', () => {
  const busy = { ...quiet, to: 'notification', requestsPerSecond: 42.4, p50: 3.2, p99: 812, errors: 7 };
  const table = renderCalls(
    [quiet, { ...busy, endpoints: 0, ejected: ['0123456789abcdef0123456789abcdef'] }],
    createStyle(false),
  );
  expect(table).toBe(
    [
      'CALL                  TASKS  REQ/S     P50     P99  ERRORS  EJECTED',
      'order → payment       2        0.0                       0',
      'order → notification  none      42  3.2 ms  812 ms       7  01234567',
    ].join('\n'),
  );
});
