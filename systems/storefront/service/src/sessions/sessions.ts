import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSecure } from '../http/client.ts';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { Problem } from '../http/problem.ts';
import type { SessionTable } from './session-table.ts';
import { csrfToken, isCsrfToken, newToken, tokenHash } from './tokens.ts';

/** Who is signed in. */
export interface SignedIn {
  readonly user: string;
  readonly name: string;
  /** To be sent back with every change. */
  readonly csrf: string;
  /** Seconds since the epoch. */
  readonly expiry: number;
}

/** Signs people in and out, and knows who they are. */
export interface Sessions {
  /** Who sends this request; `undefined` for a stranger. */
  find(request: FastifyRequest): Promise<SignedIn | undefined>;
  /** The same, as far as it is known without asking the table again. */
  known(request: FastifyRequest): SignedIn | undefined;
  /** @throws Problem 401 for a stranger */
  require(request: FastifyRequest): Promise<SignedIn>;
  /**
   * Who makes this change.
   * @param given the CSRF token that came along
   * @throws Problem 401 for a stranger, 403 without the session's own token or from a page of another site
   */
  requireForChange(request: FastifyRequest, given: unknown): Promise<SignedIn>;
  /** Begins a new session, and ends the one that the request came with. */
  begin(request: FastifyRequest, reply: FastifyReply, user: string, name: string): Promise<SignedIn>;
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** The CSRF token for the forms of strangers (sign in, sign up), bound to a cookie of their own, which is set if need be. */
  formToken(request: FastifyRequest, reply: FastifyReply): string;
  /** @throws Problem 403 without that token */
  requireFormToken(request: FastifyRequest, given: unknown): void;
}

const sessionCookie = 'session';
const formCookie = 'form';

/** @param now milliseconds since the epoch */
export function createSessions(table: SessionTable, lifetimeSeconds: number, now: () => number): Sessions {
  const cookie = (request: FastifyRequest, name: string) =>
    readCookie(request.headers.cookie, name, isSecure(request));

  /** Who sent a request, once it has been looked up. */
  const seen = new WeakMap<FastifyRequest, SignedIn>();

  const sessions: Sessions = {
    async find(request) {
      const token = cookie(request, sessionCookie);
      const found = token === undefined ? undefined : await table.find(tokenHash(token));
      if (token === undefined || found === undefined) return undefined;
      const session = { user: found.user, name: found.name, expiry: found.expiry, csrf: csrfToken(token) };
      seen.set(request, session);
      return session;
    },
    known: (request) => seen.get(request),
    async require(request) {
      const session = await sessions.find(request);
      if (session === undefined)
        throw new Problem(401, 'You are not signed in, or your session has ended: sign in and try again.', {
          kind: 'sign-in-required',
        });
      return session;
    },
    async requireForChange(request, given) {
      refuseOtherSites(request);
      const session = await sessions.require(request);
      const token = cookie(request, sessionCookie);
      if (token === undefined || !isCsrfToken(token, given))
        throw csrfProblem('The request lacks the CSRF token of your session: load the page again.');
      return session;
    },
    async begin(request, reply, user, name) {
      const before = cookie(request, sessionCookie);
      const token = newToken();
      const expiry = Math.floor(now() / 1000) + lifetimeSeconds;
      await table.put({ id: tokenHash(token), user, name, expiry });
      if (before !== undefined) await table.remove(tokenHash(before));
      reply.header(
        'set-cookie',
        writeCookie(sessionCookie, token, {
          secure: isSecure(request),
          sameSite: 'Lax',
          maxAge: lifetimeSeconds,
        }),
      );
      return { user, name, expiry, csrf: csrfToken(token) };
    },
    async end(request, reply) {
      const token = cookie(request, sessionCookie);
      if (token !== undefined) await table.remove(tokenHash(token));
      reply.header(
        'set-cookie',
        writeCookie(sessionCookie, '', { secure: isSecure(request), sameSite: 'Lax', maxAge: 0 }),
      );
    },
    formToken(request, reply) {
      let token = cookie(request, formCookie);
      if (token === undefined) {
        token = newToken();
        const options = { secure: isSecure(request), sameSite: 'Strict' as const };
        reply.header('set-cookie', writeCookie(formCookie, token, options));
      }
      return csrfToken(token);
    },
    requireFormToken(request, given) {
      refuseOtherSites(request);
      const token = cookie(request, formCookie);
      if (token === undefined || !isCsrfToken(token, given))
        throw csrfProblem('The form lacks its CSRF token: load the page again. Cookies must be allowed.');
    },
  };
  return sessions;
}

/**
 * Refuses a change that a browser says comes from elsewhere. Programs send neither header.
 *
 * @throws Problem 403
 */
export function refuseOtherSites(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
  if (foreign || site === 'cross-site' || site === 'same-site')
    throw csrfProblem('The request comes from a page of another site.');
}

function csrfProblem(detail: string): Problem {
  return new Problem(403, detail, { kind: 'csrf' });
}
