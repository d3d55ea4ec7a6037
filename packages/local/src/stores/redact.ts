const HIDDEN = '[hidden]';

/**
 * Makes a function that takes secrets out of text before anybody sees it, also in the form they have inside a URL.
 *
 * @example createRedactor(['s3cret'])('password=s3cret') // 'password=[hidden]'
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === '') continue;
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
  }
  // Longest first: a secret may be part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((result, form) => result.replaceAll(form, HIDDEN), text);
}

/**
 * A database URL without its credentials and parameters, fit to be shown: `postgresql://127.0.0.1:5432/productdb`.
 * Other text becomes `[hidden]` as a whole, because nobody knows what is in it.
 */
export function redactUrl(url: string): string {
  try {
    const parsed = new URL(url);
    if (!['postgres:', 'postgresql:'].includes(parsed.protocol)) return HIDDEN;
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  } catch {
    return HIDDEN;
  }
}
