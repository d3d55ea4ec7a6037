import { html } from './html.ts';
import { csrfField, type Frame, layout } from './layout.ts';

/** A form of a stranger, as it was sent and why it was refused, if so. */
export interface AccountForm {
  readonly formToken: string;
  /** Where to go afterwards. */
  readonly next: string;
  readonly email: string;
  readonly name: string;
  readonly problem: string | undefined;
}

export function signInPage(frame: Frame, form: AccountForm): string {
  const { base } = frame;
  return layout(
    frame,
    'Sign in',
    html`<div class="narrow"><h1>Sign in</h1>${notice(form.problem)}
<form method="post" action="${base}/sign-in">${csrfField(form.formToken)}<input type="hidden" name="next" value="${form.next}">
<label>Email <input type="email" name="email" autocomplete="username" required maxlength="254" value="${form.email}"></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required maxlength="200"></label>
<button>Sign in</button></form>
<p></p><p>New here? <a href="${base}/sign-up?next=${encodeURIComponent(form.next)}">Make an account</a></p></div>`,
  );
}

export function signUpPage(frame: Frame, form: AccountForm): string {
  const { base } = frame;
  return layout(
    frame,
    'Make an account',
    html`<div class="narrow"><h1>Make an account</h1>${notice(form.problem)}
<form method="post" action="${base}/sign-up">${csrfField(form.formToken)}<input type="hidden" name="next" value="${form.next}">
<label>Name <input name="name" autocomplete="name" required maxlength="100" value="${form.name}"></label>
<label>Email <input type="email" name="email" autocomplete="username" required maxlength="254" value="${form.email}"></label>
<label>Password <input type="password" name="password" autocomplete="new-password" required minlength="10" maxlength="200"></label>
<p class="soft">At least 10 characters.</p>
<button>Make an account</button></form>
<p></p><p>Here before? <a href="${base}/sign-in?next=${encodeURIComponent(form.next)}">Sign in</a></p></div>`,
  );
}

/** A refusal, above what it is about. */
function notice(problem: string | undefined) {
  return problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`;
}
