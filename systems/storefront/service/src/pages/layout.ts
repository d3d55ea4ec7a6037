import type { SignedIn } from '../sessions/sessions.ts';
import { type Html, html } from './html.ts';
import { styleName } from './style.ts';

/** What every page shows around its own. */
export interface Frame {
  /** Where the pages begin. */
  readonly base: string;
  readonly session: SignedIn | undefined;
  /** The page, if it is one that the header leads to. */
  readonly here?: 'cart' | 'orders' | 'sign-in';
}

/** A whole page. */
export function layout({ base, session, here }: Frame, title: string, body: Html): string {
  const link = (page: Frame['here'] & string, text: string) =>
    html`<a href="${base}/${page}"${page === here && html` aria-current="page"`}>${text}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Storefront</title>
<link rel="stylesheet" href="${base}/${styleName}">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><div>
<a class="brand" href="${base || '/'}">Storefront</a>
${link('cart', 'Cart')}
${
  session === undefined
    ? link('sign-in', 'Sign in')
    : html`${link('orders', 'Orders')}
<form method="post" action="${base}/sign-out">${csrfField(session.csrf)}<button>Sign out</button></form>`
}
</div></header>
<main id="main">${body}</main>
<footer><div>${session === undefined ? 'Prices include tax. Nothing is charged before an order is placed.' : html`Signed in as ${session.name}.`}</div></footer>
</body>
</html>`.html;
}

/** The field that says that a form is ours. */
export function csrfField(token: string): Html {
  return hiddenFields({ csrf: token });
}

/** Fields that are sent along and not seen. */
export function hiddenFields(fields: Readonly<Record<string, string | number>>): Html {
  return html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}
