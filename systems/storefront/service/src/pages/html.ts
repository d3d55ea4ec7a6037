/** A piece of a page that is HTML already. */
export interface Html {
  readonly html: string;
}

type Value = Html | string | number | false | null | undefined | readonly Html[];

/**
 * Makes HTML of a template. Whatever is put in is escaped, unless it is HTML itself; `false`, `null` and `undefined` are nothing.
 * @example html`<p>${name}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = strings.reduce((done, part, index) => `${done}${render(values[index - 1])}${part}`);
  return { html: text };
}

function render(value: Value): string {
  if (value === false || value === null || value === undefined) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map((each) => each.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
