import type { FastifyRequest } from 'fastify';
import { problemBody, type WriteProblem } from '../http/error-handler.ts';
import { Problem } from '../http/problem.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type Html, html } from './html.ts';
import { type Frame, hiddenFields, layout } from './layout.ts';
import type { Form } from './page-parts.ts';

/** Problems as pages. Whoever must sign in first is shown the way. */
export function problemWriter(base: string, sessions: Sessions): WriteProblem {
  return async (problem, request, reply) => {
    const [path = ''] = request.url.split('?');
    const signIn = (next: string) => `${base}/sign-in?next=${encodeURIComponent(next)}`;
    if (problem.kind === 'sign-in-required' && request.method === 'GET')
      return reply.redirect(signIn(path), 303);
    const { title, detail } = problemBody(problem);
    const frame: Frame = { base, session: await visitor(problem, request, sessions) };
    const onward = repeatCheckout(problem, request, base) ?? link(problem, base, signIn(`${base}/cart`));
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .send(
        layout(
          frame,
          title,
          html`<div class="narrow"><h1>${title}</h1><p class="notice bad" role="alert">${detail}</p>${onward}</div>`,
        ),
      );
  };
}

/** What is answered below `base` where there is no page. */
export function noSuchPage(): Problem {
  return new Problem(404, 'There is no such page.');
}

/** For the page's header. When something is away, it is not asked once more. */
async function visitor(problem: Problem, request: FastifyRequest, sessions: Sessions) {
  if (problem.status >= 500) return sessions.known(request);
  return sessions.find(request).catch(() => undefined);
}

/**
 * A checkout that may be sent again is sent again as it was: with its key it is bought once at most, even if the first one was
 * placed and only its answer got lost.
 */
function repeatCheckout(problem: Problem, request: FastifyRequest, base: string): Html | undefined {
  const again = problem.kind === 'try-again' || problem.kind === 'too-many-requests';
  if (!again || request.method !== 'POST' || request.routeOptions.url !== `${base}/checkout`)
    return undefined;
  // The parser of forms makes every body a map of texts.
  const { csrf, key, items, total } = (request.body ?? {}) as Form;
  if (!csrf || !key || !items || !total) return undefined;
  return html`<form method="post" action="${base}/checkout">${hiddenFields({ csrf, key, items, total })}<button>Try again</button></form>
<p class="soft after">The same purchase is sent again: it is bought once at most.</p>`;
}

const toCart = ['sold-out', 'price-changed', 'try-again', 'key-reused', 'csrf', 'too-many-requests'];

function link(problem: Problem, base: string, signIn: string): Html {
  const { kind = '' } = problem;
  const [href, text] = toCart.includes(kind)
    ? [`${base}/cart`, 'To your cart']
    : kind === 'sign-in-required'
      ? [signIn, 'Sign in']
      : [base || '/', 'To the shop'];
  return html`<p><a class="button wide" href="${href}">${text}</a></p>`;
}
