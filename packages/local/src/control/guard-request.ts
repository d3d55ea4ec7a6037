import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request to the control API is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
}

function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Lets in who holds the token and calls us by our own name. Host is checked because a page that rebinds its domain to
 * 127.0.0.1 would otherwise reach us; Origin because a browser sends it with every cross-site request.
 */
export function refusalOf(request: IncomingMessage, port: number, token: string): Refusal | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const host = request.headers.host ?? '';
  if (!hosts.includes(host)) {
    return {
      status: 403,
      code: 'wrong-host',
      message: `The control API answers to ${hosts[0]}, not to '${host}'.`,
    };
  }
  const origin = request.headers.origin;
  if (origin !== undefined && !hosts.some((known) => origin === `http://${known}`)) {
    return {
      status: 403,
      code: 'wrong-origin',
      message: `Pages of '${origin}' may not use the control API.`,
    };
  }
  const authorization = request.headers.authorization ?? '';
  if (!authorization.startsWith('Bearer ') || !sameSecret(authorization.slice('Bearer '.length), token)) {
    return {
      status: 401,
      code: 'wrong-token',
      message: 'The token is missing or wrong; it stands in .breakwater/engine.json.',
    };
  }
  return null;
}
