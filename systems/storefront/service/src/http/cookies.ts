/** Name and attributes of a cookie of ours. */
export interface CookieOptions {
  /** The connection to the client is encrypted: the cookie is sent on such connections only, and named so that no other host can set it. */
  readonly secure: boolean;
  readonly sameSite: 'Lax' | 'Strict';
  /** Seconds; 0 takes it away. Without: until the browser is closed. */
  readonly maxAge?: number;
}

/** The name that a cookie has on this connection (`__Host-`: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie). */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** The value of `Set-Cookie`. Values are base64url, so nothing needs to be quoted. */
export function writeCookie(name: string, value: string, options: CookieOptions): string {
  const { secure, sameSite, maxAge } = options;
  return [
    `${cookieName(name, secure)}=${value}`,
    'Path=/',
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(secure ? ['Secure'] : []),
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
  ].join('; ');
}

/**
 * A cookie of ours from the `Cookie` header.
 *
 * @returns `undefined` when it is missing or could not have been made by us
 */
export function readCookie(header: string | undefined, name: string, secure: boolean): string | undefined {
  const prefix = `${cookieName(name, secure)}=`;
  const found = header
    ?.split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(prefix));
  const value = found?.slice(prefix.length);
  return value !== undefined && tokenPattern.test(value) ? value : undefined;
}

/** 32 random bytes as base64url. */
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;
