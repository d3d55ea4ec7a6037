/** `tchar` of RFC 9110 section 5.6.2: what a method or a header name may consist of. */
export const TOKEN_CHARACTERS: Uint8Array = table((code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
);

/** What a field value may consist of: visible characters, space, tab and obs-text; no CR, LF, NUL or other control. */
export const VALUE_CHARACTERS: Uint8Array = table((code) => code === 9 || (code >= 32 && code !== 127));

/** What a request target may consist of: visible ASCII; a fragment (`#`) is never sent by a correct client. */
export const TARGET_CHARACTERS: Uint8Array = table((code) => code > 32 && code < 127 && code !== 35);

/** What AWS calls a valid header name (`routing.http.drop_invalid_header_fields`): `[-A-Za-z0-9]+`. */
export const AWS_NAME_CHARACTERS: Uint8Array = table((code) =>
  /[-A-Za-z0-9]/.test(String.fromCharCode(code)),
);

/** The blank line that ends a head. */
export const HEAD_END: Buffer = Buffer.from('\r\n\r\n', 'latin1');

/** Whether every character of `text` (one byte each) is in the table; false for an empty text. */
export function consistsOf(characters: Uint8Array, text: string): boolean {
  if (text.length === 0) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (characters[text.charCodeAt(index)] !== 1) return false;
  }
  return true;
}

/** The trimmed, lower-cased elements of a comma-separated field value; empty elements are left out. */
export function listElements(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function table(accepts: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (accepts(code) ? 1 : 0));
}
