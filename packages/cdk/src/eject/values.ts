import { array, type Code, type Commented, call, literal, object, quoted, text } from '@breakwater/plan/code';
import { type Stack, Token } from 'aws-cdk-lib';
import { expression, type Names, template } from './expression.ts';
import { intrinsic, type Json } from './json.ts';
import { intrinsicOf, templateToken } from './typed.ts';

/** Shortest text that is worth writing as the JSON document that it is. */
const DOCUMENT = 40;

/** How the values of a stack's properties are written. */
export interface ValueContext {
  readonly names: Names;
  /** To try out what CDK makes of an expression. */
  readonly scratch: Stack;
  /** The stack in the source: `this`, or `stack` in a function. */
  readonly self: string;
  /** Code for a value that the stack writes in its own way; null for most. */
  readonly special: (value: unknown) => Code | null;
  /** Code for the tags of a resource, which CDK sorts; null for any that have nothing in common with the others. */
  readonly tags: (value: unknown) => Code | null;
  /** A comment for an item of a list; null for most. */
  readonly comment: (item: unknown) => string | null;
}

/** Writes a property's value; intrinsic functions in it become expressions. */
export function valueCode(value: unknown, context: ValueContext): Code {
  const special = context.special(value);
  if (special !== null) return special;
  const json = intrinsicOf(value);
  if (json !== undefined) return intrinsicCode(json, value, context);
  if (typeof value === 'string') return document(value) ?? quoted(value);
  if (Array.isArray(value)) {
    const items = value.map(
      (item: unknown): Commented => ({ code: valueCode(item, context), comment: context.comment(item) }),
    );
    return { kind: 'array', items };
  }
  if (typeof value === 'object' && value !== null)
    return object(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, valueCode(inner, context)]),
    );
  return text(String(value));
}

function intrinsicCode(json: Json, value: unknown, context: ValueContext): Code {
  const { names } = context;
  if (typeof value === 'number') return expression(json, 'number', names);
  if (Array.isArray(value)) return expression(json, 'list', names);
  return (
    documentWithTokens(json, context) ?? expression(json, typeof value === 'string' ? 'string' : 'any', names)
  );
}

/** `JSON.stringify({ … })` for text that is such a document. */
function document(value: string): Code | null {
  if (value.length < DOCUMENT || !/^[[{]/.test(value)) return null;
  const parsed = parse(value);
  return parsed !== undefined && JSON.stringify(parsed) === value
    ? call('JSON.stringify', literal(parsed))
    : null;
}

/**
 * `stack.toJsonString({ … })` for a join that is a JSON document with intrinsic functions in its texts, such as a dashboard's
 * body: when CDK makes exactly the same join of it.
 */
function documentWithTokens(json: Json, context: ValueContext): Code | null {
  const called = intrinsic(json);
  if (called?.name !== 'Fn::Join' || !Array.isArray(called.argument)) return null;
  const [delimiter, parts] = called.argument;
  if (delimiter !== '' || !Array.isArray(parts) || !/^[[{]/.test(String(parts[0]))) return null;
  const tokens: Json[] = [];
  const marked = parts.map((part) => {
    if (typeof part === 'string') return part;
    tokens.push(part);
    return mark(tokens.length - 1);
  });
  const parsed = parse(marked.join(''));
  if (parsed === undefined) return null;
  const remade = context.scratch.resolve(context.scratch.toJsonString(withTokens(parsed, tokens)));
  if (JSON.stringify(remade) !== JSON.stringify(json)) return null;
  return call(`${context.self}.toJsonString`, markedCode(parsed, tokens, context.names));
}

function parse(value: string): Json | undefined {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

// Private-use characters, which no template of ours holds.
function mark(index: number): string {
  return `\uE000${index}\uE001`;
}

function unmarked(value: string, tokens: readonly Json[]): readonly Json[] {
  return value
    .split(/(\uE000\d+\uE001)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('\uE000') ? (tokens[Number(part.slice(1, -1))] ?? part) : part));
}

function withTokens(value: Json, tokens: readonly Json[]): unknown {
  if (typeof value === 'string')
    return unmarked(value, tokens)
      .map((part) => (typeof part === 'string' ? part : Token.asString(templateToken(part))))
      .join('');
  if (Array.isArray(value)) return value.map((inner) => withTokens(inner, tokens));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTokens(inner, tokens)]));
  return value;
}

function markedCode(value: Json, tokens: readonly Json[], names: Names): Code {
  if (typeof value === 'string') {
    const parts = unmarked(value, tokens);
    const [first] = parts;
    if (parts.every((part) => typeof part === 'string')) return quoted(value);
    if (parts.length === 1 && first !== undefined) return expression(first, 'string', names);
    return text(template(parts, names));
  }
  if (Array.isArray(value)) return array(value.map((inner) => markedCode(inner, tokens, names)));
  if (typeof value === 'object' && value !== null)
    return object(Object.entries(value).map(([key, inner]) => [key, markedCode(inner, tokens, names)]));
  return text(String(value));
}
