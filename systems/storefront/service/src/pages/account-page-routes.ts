import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseCredentials, parseNewAccount } from '../accounts/account-input.ts';
import type { Account } from '../accounts/accounts.ts';
import { clientAddress } from '../http/client.ts';
import { Problem } from '../http/problem.ts';
import { type AccountForm, signInPage, signUpPage } from './account-pages.ts';
import type { Frame } from './layout.ts';
import { nextPage } from './next-page.ts';
import type { Form, ShopParts } from './page-parts.ts';

type Page = (frame: Frame, form: AccountForm) => string;

/** Sign in, sign up, sign out. */
export function accountPageRoutes(app: FastifyInstance, parts: ShopParts, base: string): void {
  const { sessions, accounts, trustedProxies } = parts;

  function show(request: FastifyRequest, reply: FastifyReply, page: Page, form: Form, problem?: Problem) {
    const shown: AccountForm = {
      formToken: sessions.formToken(request, reply),
      next: nextPage(form['next'], base),
      email: form['email']?.slice(0, 254) ?? '',
      name: form['name']?.slice(0, 100) ?? '',
      problem: problem && { message: problem.message, field: fieldOf(problem) },
    };
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .send(page({ base, session: undefined }, shown));
  }

  function routes(path: string, page: Page, enter: (form: Form, address: string) => Promise<Account>): void {
    app.get(`${base}/${path}`, (request, reply) => {
      // Fastify gives the parameters of a query as an object; a repeated one is a list.
      const { next } = request.query as Readonly<Record<string, unknown>>;
      return show(request, reply, page, typeof next === 'string' ? { next } : {});
    });

    app.post<{ Body: Form | undefined }>(`${base}/${path}`, async (request, reply) => {
      const form = request.body ?? {};
      sessions.requireFormToken(request, form['csrf']);
      try {
        const { id, name } = await enter(form, clientAddress(request, trustedProxies));
        await sessions.begin(request, reply, id, name);
      } catch (error) {
        // What a person can mend is said above the form.
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter);
        reply.code(error.status);
        return show(request, reply, page, form, error);
      }
      return reply.redirect(nextPage(form['next'], base), 303);
    });
  }
  routes('sign-in', signInPage, async (form, address) => accounts.signIn(parseCredentials(form), address));
  routes('sign-up', signUpPage, async (form, address) => accounts.signUp(parseNewAccount(form), address));

  app.post<{ Body: Form | undefined }>(`${base}/sign-out`, async (request, reply) => {
    await sessions.requireForChange(request, request.body?.['csrf']);
    await sessions.end(request, reply);
    return reply.redirect(base || '/', 303);
  });
}

/** The field of a form that a refusal is about. */
function fieldOf({ members: { field } }: Problem): string | undefined {
  return ['name', 'email', 'password'].find((each) => each === field);
}
