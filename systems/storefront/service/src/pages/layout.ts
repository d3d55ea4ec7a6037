import type { SignedIn } from '../sessions/sessions.ts';
import { type Html, html } from './html.ts';
import { styleName } from './style.ts';

/** What every page shows around its own. */
export interface Frame {
  /** Where the pages begin. */
  readonly base: string;
  readonly session: SignedIn | undefined;
}

/** A whole page. */
export function layout({ base, session }: Frame, title: string, body: Html): string {
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
<a href="${base}/cart">Cart</a>
${
  session === undefined
    ? html`<a href="${base}/sign-in">Sign in</a>`
    : html`<a href="${base}/orders">Orders</a>
<form method="post" action="${base}/sign-out">${csrfField(session.csrf)}<button class="plain">Sign out</button></form>`
}
</div></header>
<main id="main">${body}</main>
<footer>${session === undefined ? 'Prices include tax. Nothing is charged before an order is placed.' : html`Signed in as ${session.name}.`}</footer>
</body>
</html>`.html;
}

/** The field that says that a form is ours. */
export function csrfField(token: string): Html {
  return html`<input type="hidden" name="csrf" value="${token}">`;
}
