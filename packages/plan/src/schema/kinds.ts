/** What a value of the definition may be. Declared as data, from which checks and messages come. */
export type Schema =
  | {
      readonly kind: 'text';
      readonly expected: string;
      readonly example: string;
      readonly accepts: (text: string) => boolean;
    }
  | {
      readonly kind: 'number';
      readonly minimum: number;
      readonly maximum: number;
      readonly whole: boolean;
      readonly example: number;
    }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'literal'; readonly value: boolean }
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'list'; readonly item: Schema; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'pair'; readonly item: Schema }
  | {
      readonly kind: 'record';
      readonly key: { readonly pattern: RegExp; readonly rule: string };
      readonly value: Schema;
      readonly maximum: number;
    }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> }
  /** Objects told apart by their `kind`. */
  | {
      readonly kind: 'tagged';
      readonly variants: Readonly<Record<string, Schema & { readonly kind: 'object' }>>;
      readonly example: string;
    }
  /** Values told apart by what they are: a text, a number, a list … */
  | { readonly kind: 'any-of'; readonly options: readonly Schema[] };

/** An option of an object. */
export interface Field {
  readonly schema: Schema;
  /** Present when the option is required: what an example looks like, and what stands in so that checking can go on. */
  readonly required: { readonly example: string; readonly standIn: unknown } | null;
}

type Fields<T> = { readonly [K in keyof Required<T>]: Schema | Field };

function isField(value: Schema | Field): value is Field {
  return 'required' in value;
}

/** An object with exactly the options of `T`: a missing or surplus one does not compile. */
export function object<T>(fields: Fields<T>): Schema & { readonly kind: 'object' } {
  const entries = Object.entries<Schema | Field>(fields).map(
    ([key, value]) => [key, isField(value) ? value : { schema: value, required: null }] as const,
  );
  return { kind: 'object', fields: Object.fromEntries(entries) };
}

/** An option that has to be there. */
export function required(schema: Schema, example: string, standIn: unknown): Field {
  return { schema, required: { example, standIn } };
}

export const boolean: Schema = { kind: 'boolean' };

/** Text that a predicate accepts; `expected` completes "is not …". */
export function text(
  expected: string,
  example: string,
  accepts: (text: string) => boolean = (value) => value !== '',
): Schema {
  return { kind: 'text', expected, example, accepts };
}

/** A whole number of a range. */
export function whole(
  range: { readonly minimum: number; readonly maximum: number },
  example = range.minimum,
): Schema {
  return { kind: 'number', ...pick(range), whole: true, example };
}

/** A number of a range. */
export function decimal(
  range: { readonly minimum: number; readonly maximum: number },
  example = range.minimum,
): Schema {
  return { kind: 'number', ...pick(range), whole: false, example };
}

function pick(range: { readonly minimum: number; readonly maximum: number }) {
  return { minimum: range.minimum, maximum: range.maximum };
}

export function choice(values: readonly (string | number)[]): Schema {
  return { kind: 'choice', values };
}

export function list(item: Schema, minimum = 0, maximum = 1000): Schema {
  return { kind: 'list', item, minimum, maximum };
}

/** Exactly two values. */
export function pair(item: Schema): Schema {
  return { kind: 'pair', item };
}

export function record(
  key: { readonly pattern: RegExp; readonly rule: string },
  value: Schema,
  maximum = 500,
): Schema {
  return { kind: 'record', key, value, maximum };
}

export function anyOf(...options: readonly Schema[]): Schema {
  return { kind: 'any-of', options };
}
