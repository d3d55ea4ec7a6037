import { expect, test } from 'vitest';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { isLive } from './session-table.ts';
import { csrfToken, isCsrfToken, newToken, tokenHash } from './tokens.ts';

test('a session is live before its expiry, not at it', () => {
  expect(isLive({ expiry: 100 }, 99_999)).toBe(true);
  expect(isLive({ expiry: 100 }, 100_000)).toBe(false);
  expect(isLive({ expiry: Number.NaN }, 0)).toBe(false);
});

test('a CSRF token fits its own session only', () => {
  const [mine, other] = [newToken(), newToken()];
  expect(isCsrfToken(mine, csrfToken(mine))).toBe(true);
  for (const given of [csrfToken(other), '', mine, tokenHash(mine), `${csrfToken(mine)}x`, undefined, 7, {}])
    expect(isCsrfToken(mine, given)).toBe(false);
});

test('a cookie is read back by its name, and only as we write it', () => {
  const token = newToken();
  for (const secure of [true, false]) {
    const [pair = ''] = writeCookie('session', token, { secure, sameSite: 'Lax' }).split(';');
    expect(readCookie(`a=b; ${pair}; c=d`, 'session', secure)).toBe(token);
    // A cookie that any host of the domain could have set does not count on an encrypted connection.
    expect(readCookie(pair, 'session', !secure)).toBeUndefined();
  }
  for (const header of [
    undefined,
    '',
    `sessions=${token}`,
    `session=${token}x`,
    'session=',
    `session="${token}"`,
  ])
    expect(readCookie(header, 'session', false)).toBeUndefined();
});
