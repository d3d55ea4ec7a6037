/** A value as it travels between engine and provider. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export type Values = { readonly [key: string]: Value };

/** What the engine writes for a text that is not known before something is created (`UnknownStringValue`). */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** How the engine marks what is more than JSON, and secrets among it. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

const isObject = (value: Value): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** The value with the secrets in it in the open. */
export function revealed(value: Value): Value {
  if (isList(value)) return value.map(revealed);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return revealed(value['value'] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/** All texts within a value, with where they are: `tags.Name`. */
export function texts(value: Value, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => texts(each, path === '' ? key : `${path}.${key}`));
}

/** Whether both say the same, whatever the order of their keys. */
export function same(left: Value, right: Value): boolean {
  return stable(revealed(left)) === stable(revealed(right));
}

const stable = (value: Value): string =>
  JSON.stringify(value, (_, each: Value) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
