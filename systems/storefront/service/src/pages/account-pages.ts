import { type Html, html } from './html.ts';
import { csrfField, type Frame, hiddenFields, layout } from './layout.ts';

/** A form of a stranger, as it was sent and why it was refused, if so. */
export interface AccountForm {
  readonly formToken: string;
  /** Where to go afterwards. */
  readonly next: string;
  readonly email: string;
  readonly name: string;
  /** What is wrong, and with which field if it is one. */
  readonly problem: { readonly message: string; readonly field: string | undefined } | undefined;
}

export function signInPage(frame: Frame, form: AccountForm): string {
  const { base } = frame;
  return layout(
    { ...frame, here: 'sign-in' },
    titled('Sign in', form),
    html`<div class="narrow"><h1>Sign in</h1>${summary(form)}
<form method="post" action="${base}/sign-in">${csrfField(form.formToken)}${hiddenFields({ next: form.next })}
${email(form)}
<label>Password <input type="password" name="password" id="password" autocomplete="current-password" required maxlength="200"${marks(form, 'password')}></label>
<button>Sign in</button></form>
<p class="after">New here? <a href="${base}/sign-up?next=${encodeURIComponent(form.next)}">Make an account</a></p></div>`,
  );
}

export function signUpPage(frame: Frame, form: AccountForm): string {
  const { base } = frame;
  return layout(
    frame,
    titled('Make an account', form),
    html`<div class="narrow"><h1>Make an account</h1>${summary(form)}
<form method="post" action="${base}/sign-up">${csrfField(form.formToken)}${hiddenFields({ next: form.next })}
<label>Name <input name="name" id="name" autocomplete="name" required maxlength="100" value="${form.name}"${marks(form, 'name')}></label>
${email(form)}
<label>Password <span class="hint soft">At least 10 characters; a few words make a good one.</span><input type="password" name="password" id="password" autocomplete="new-password" required minlength="10" maxlength="200"${marks(form, 'password')}></label>
<button>Make an account</button></form>
<p class="after">Here before? <a href="${base}/sign-in?next=${encodeURIComponent(form.next)}">Sign in</a></p></div>`,
  );
}

function email(form: AccountForm): Html {
  return html`<label>Email <input type="email" name="email" id="email" autocomplete="username" required maxlength="254" value="${form.email}"${marks(form, 'email')}></label>`;
}

/** Who hears the page rather than sees it learns of the refusal first. */
function titled(title: string, { problem }: AccountForm): string {
  return problem === undefined ? title : `Error: ${title}`;
}

/** The refusal above the form, leading to the field that it is about. */
function summary({ problem }: AccountForm) {
  if (problem === undefined) return false;
  const { message, field } = problem;
  const sentence = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`;
  return html`<p class="notice bad" role="alert" id="problem">${field === undefined ? sentence : html`<a href="#${field}">${sentence}</a>`}</p>`;
}

/** Marks the field that the refusal is about, and puts the cursor there. */
function marks({ problem }: AccountForm, field: string) {
  return problem?.field === field && html` aria-invalid="true" aria-describedby="problem" autofocus`;
}
