/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether the value is an object, not a list. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An intrinsic function of CloudFormation with what it is called with, `{ Ref: 'Vpc' }`; null for anything else. */
export function intrinsic(
  value: Json | undefined,
): { readonly name: string; readonly argument: Json } | null {
  if (!isJsonObject(value)) return null;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return null;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : null;
}

/** `[logical id, attribute]` of a `Fn::GetAtt`'s argument. */
export function attributeOf(argument: Json): readonly [id: string, attribute: string] | null {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return dot < 0 ? null : [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  if (!Array.isArray(argument)) return null;
  const [id, attribute] = argument;
  return typeof id === 'string' && typeof attribute === 'string' ? [id, attribute] : null;
}

/** Logical ids (and parameters) that a value refers to, in order of appearance. */
export function referencedIds(value: Json | undefined): readonly string[] {
  const called = intrinsic(value);
  if (called?.name === 'Ref') return typeof called.argument === 'string' ? [called.argument] : [];
  if (called?.name === 'Fn::GetAtt') {
    const attribute = attributeOf(called.argument);
    return attribute === null ? [] : [attribute[0]];
  }
  if (called?.name === 'Fn::Sub') return [...substituted(called.argument), ...inside(called.argument)];
  return inside(value);
}

function inside(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencedIds);
  return isJsonObject(value) ? Object.values(value).flatMap(referencedIds) : [];
}

function substituted(argument: Json): readonly string[] {
  const body = Array.isArray(argument) ? argument[0] : argument;
  if (typeof body !== 'string') return [];
  return [...body.matchAll(/\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}/g)].flatMap(([, id]) => id ?? []);
}
