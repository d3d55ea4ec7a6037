/** An object of a template. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = isJson(here) ? here[key] : undefined;
  return here;
}

/** The object at a path; an empty one where there is none. */
export function object(value: unknown, ...path: readonly string[]): Json {
  const found = at(value, ...path);
  return isJson(found) ? found : {};
}

/** The list at a path; a single value counts as a list of one. */
export function list(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return found === undefined || found === null ? [] : Array.isArray(found) ? found : [found];
}

/** The text at a path; numbers and booleans as text. */
export function text(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string'
    ? found
    : typeof found === 'number' || typeof found === 'boolean'
      ? String(found)
      : null;
}

/** The texts at a path. */
export function texts(value: unknown, ...path: readonly string[]): readonly string[] {
  return list(value, ...path).flatMap((each) => text({ each }, 'each') ?? []);
}

/** The number at a path; CloudFormation takes numbers as texts as well. */
export function number(value: unknown, ...path: readonly string[]): number | null {
  const found = text(value, ...path);
  return found === null || found.trim() === '' || Number.isNaN(Number(found)) ? null : Number(found);
}

/** Whether true stands at a path, as boolean or text. */
export function flag(value: unknown, ...path: readonly string[]): boolean {
  return text(value, ...path) === 'true';
}
