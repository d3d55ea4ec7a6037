import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret for a cookie: 32 random bytes as base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the table knows of a cookie. Whoever reads the table cannot make the cookie from it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * The token that every changing request with this cookie must carry. It follows from the cookie's secret, so another session's
 * token never fits, and it ends with the session; pages of other sites cannot know it.
 */
export function csrfToken(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url');
}

/** Whether a request carried the right one, in a time that tells nothing about it. */
export function isCsrfToken(token: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const [wanted, sent] = [Buffer.from(csrfToken(token)), Buffer.from(given)];
  return wanted.length === sent.length && timingSafeEqual(wanted, sent);
}
