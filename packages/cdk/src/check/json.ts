// Templates are JSON of any shape: these read it without believing anything about it.

/** The entries of an object; none for anything else. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>) // an object that is no array has entries of unknown values
    : {};
}

/** What is at a path; undefined where the way ends. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => fields(here)[key], value);
}

/** An array as it is, one value as an array of one, nothing as an empty one: how IAM and CloudFormation read lists. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The strings of a list. */
export function texts(value: unknown): readonly string[] {
  return list(value).filter((each) => typeof each === 'string');
}

/** Every string in a value, however deep. */
export function allTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(allTexts);
  return Object.values(fields(value)).flatMap(allTexts);
}

/** A text in which whatever CloudFormation puts in is `…`; null where the value is no text at all. */
export function literalText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const join = at(value, 'Fn::Join');
  if (Array.isArray(join)) {
    const [separator, parts] = join;
    if (typeof separator !== 'string') return null;
    return list(parts)
      .map((part) => literalText(part) ?? '…')
      .join(separator);
  }
  const sub = at(value, 'Fn::Sub');
  return typeof sub === 'string' ? sub.replace(/\$\{[^}]*\}/g, '…') : null;
}
