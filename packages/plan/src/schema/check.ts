import { closest } from '../closest.ts';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { Parameters } from '../diagnostics/diagnostic.ts';
import { join } from '../path.ts';
import type { Field, Schema } from './kinds.ts';

/** Takes a finding at a path of the value. */
export type Report = (code: DiagnosticCode, path: string, parameters: Parameters) => void;

/** Stands for a value that is refused and left out, so that checking can go on. */
export const REFUSED = Symbol('refused');

type Json = null | boolean | number | string | readonly unknown[] | { readonly [key: string]: unknown };

/** A value as a message shows it: short, quoted where it is text. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 57)}…'` : `'${value}'`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** The type of plain data that a schema takes. */
function takes(schema: Schema, value: unknown): boolean {
  const type = typeOf(value);
  switch (schema.kind) {
    case 'text':
      return type === 'string';
    case 'number':
      return type === 'number';
    case 'boolean':
    case 'literal':
      return type === 'boolean';
    case 'choice':
      return schema.values.some((each) => typeof each === type);
    case 'list':
    case 'pair':
      return type === 'list';
    case 'record':
    case 'object':
    case 'tagged':
      return type === 'object';
    case 'any-of':
      return schema.options.some((option) => takes(option, value));
  }
}

/** What a schema wants, as a message says it. */
export function describe(schema: Schema): string {
  switch (schema.kind) {
    case 'text':
      return schema.expected;
    case 'number':
      return `a ${schema.whole ? 'whole ' : ''}number from ${schema.minimum} to ${schema.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'literal':
      return String(schema.value);
    case 'choice':
      return schema.values.length > 6 ? 'one of a list of values' : schema.values.map(show).join(' or ');
    case 'list':
      return 'a list';
    case 'pair':
      return 'a list of two';
    case 'record':
    case 'object':
    case 'tagged':
      return 'an object';
    case 'any-of':
      return schema.options.map(describe).join(', or ');
  }
}

/** A right value, as one would write it. */
export function exampleOf(schema: Schema): string {
  switch (schema.kind) {
    case 'text':
      return `'${schema.example}'`;
    case 'number':
      return String(schema.example);
    case 'boolean':
      return 'true';
    case 'literal':
      return String(schema.value);
    case 'choice':
      return show(schema.values[0]);
    case 'list':
      return `[${exampleOf(schema.item)}]`;
    case 'pair':
      return `[${exampleOf(schema.item)}, ${exampleOf(schema.item)}]`;
    case 'record':
      return `{ name: ${exampleOf(schema.value)} }`;
    case 'tagged':
      return schema.example;
    case 'object': {
      const [first] = Object.entries(schema.fields);
      return first === undefined ? '{}' : `{ ${first[0]}: ${exampleOf(first[1].schema)} }`;
    }
    case 'any-of':
      return schema.options[0] === undefined ? '{}' : exampleOf(schema.options[0]);
  }
}

const suggest = (word: string, known: readonly string[]): string => {
  const meant = closest(word, known);
  return meant === null ? '' : `Did you mean '${meant}'? `;
};

function checkFields(
  fields: Readonly<Record<string, Field>>,
  value: Readonly<Record<string, unknown>>,
  path: string,
  report: Report,
) {
  const known = Object.keys(fields);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(fields, key)) continue;
    report('BW1001', join(path, key), {
      key,
      suggestion: suggest(key, known),
      known: known.join(', ') || 'none',
    });
  }
  for (const [key, field] of Object.entries(fields)) {
    const given = value[key];
    if (given === undefined) {
      if (field.required === null) continue;
      report('BW1003', join(path, key), { key, example: field.required.example });
      result[key] = field.required.standIn;
      continue;
    }
    const checked = check(field.schema, given, join(path, key), report);
    if (checked !== REFUSED) result[key] = checked;
    else if (field.required !== null) result[key] = field.required.standIn;
  }
  return result;
}

function checkRecord(
  schema: Schema & { kind: 'record' },
  value: Readonly<Record<string, unknown>>,
  path: string,
  report: Report,
) {
  const entries: [string, unknown][] = [];
  const keys = Object.keys(value);
  if (keys.length > schema.maximum) {
    report('BW1004', path, {
      actual: `${keys.length} entries`,
      expected: `at most ${schema.maximum} entries`,
    });
  }
  for (const key of keys.slice(0, schema.maximum)) {
    if (value[key] === undefined) continue;
    if (!schema.key.pattern.test(key)) {
      report('BW1006', join(path, key), {
        actual: show(key),
        expected: 'a name that can stand here',
        example: schema.key.rule,
      });
      continue;
    }
    const checked = check(schema.value, value[key], join(path, key), report);
    if (checked !== REFUSED) entries.push([key, checked]);
  }
  return Object.fromEntries(entries);
}

function checkList(item: Schema, value: readonly unknown[], path: string, report: Report): unknown {
  const checked = value.map((each, index) => check(item, each, join(path, index), report));
  return checked.includes(REFUSED) ? REFUSED : checked;
}

/**
 * Checks plain data against a schema. Every finding is reported; what is wrong is left out of the result (or replaced by
 * its stand-in), so that the rest can be checked further. Returns `REFUSED` when nothing is left.
 */
export function check(schema: Schema, value: unknown, path: string, report: Report): unknown {
  if (!takes(schema, value)) {
    report('BW1002', path, { actual: show(value), expected: describe(schema), example: exampleOf(schema) });
    return REFUSED;
  }
  const data = value as Json; // `takes` has seen that it is plain data of the kind that the schema wants
  switch (schema.kind) {
    case 'any-of': {
      const option = schema.options.find((each) => takes(each, value));
      return option === undefined ? REFUSED : check(option, value, path, report);
    }
    case 'boolean':
      return data;
    case 'literal':
      if (data === schema.value) return data;
      report('BW1005', path, { actual: show(data), suggestion: '', allowed: String(schema.value) });
      return REFUSED;
    case 'text':
      if (typeof data === 'string' && schema.accepts(data)) return data;
      report('BW1006', path, {
        actual: show(data),
        expected: schema.expected,
        example: `'${schema.example}'`,
      });
      return REFUSED;
    case 'number':
      if (
        typeof data === 'number' &&
        data >= schema.minimum &&
        data <= schema.maximum &&
        (!schema.whole || Number.isInteger(data))
      )
        return data;
      report('BW1004', path, { actual: show(data), expected: describe(schema) });
      return REFUSED;
    case 'choice': {
      if (schema.values.some((each) => each === data)) return data;
      const words = schema.values.map(String);
      report('BW1005', path, {
        actual: show(data),
        suggestion: suggest(String(data), words),
        allowed: schema.values.map(show).join(', '),
      });
      return REFUSED;
    }
    case 'list':
    case 'pair': {
      const items = data as readonly unknown[]; // `takes` has seen a list
      const [minimum, maximum] = schema.kind === 'pair' ? [2, 2] : [schema.minimum, schema.maximum];
      if (items.length >= minimum && items.length <= maximum)
        return checkList(schema.item, items, path, report);
      const expected = minimum === maximum ? `exactly ${minimum} values` : `${minimum} to ${maximum} values`;
      report('BW1004', path, {
        actual: `A list of ${items.length}`,
        expected: `${expected}, for example ${exampleOf(schema)}`,
      });
      return REFUSED;
    }
    case 'record':
      return checkRecord(schema, data as Readonly<Record<string, unknown>>, path, report); // `takes` has seen an object
    case 'object':
      return checkFields(schema.fields, data as Readonly<Record<string, unknown>>, path, report); // as above
    case 'tagged': {
      const tagged = data as Readonly<Record<string, unknown>>; // as above
      const kind = tagged['kind'];
      const variant =
        typeof kind === 'string' && Object.hasOwn(schema.variants, kind) ? schema.variants[kind] : undefined;
      if (variant !== undefined) return checkFields(variant.fields, tagged, path, report);
      const kinds = Object.keys(schema.variants);
      if (kind === undefined) report('BW1003', join(path, 'kind'), { key: 'kind', example: schema.example });
      else
        report('BW1005', join(path, 'kind'), {
          actual: show(kind),
          suggestion: suggest(String(kind), kinds),
          allowed: kinds.map(show).join(', '),
        });
      return REFUSED;
    }
  }
}
