import {
  array,
  type Code,
  call,
  escapeTemplate,
  literal,
  object,
  quote,
  quoted,
  text,
} from '@breakwater/plan/code';
import { splitMarks } from './marks.ts';

/** Shortest text that is worth writing as the JSON document that it is. */
const DOCUMENT = 40;

/** How the marks of a value are written. */
export interface ValueContext {
  /** Code for what a mark stands for. */
  readonly reference: (number: number) => Code;
  /** Tags that all resources have. */
  readonly commonTags: Readonly<Record<string, string>>;
  /** Name of the constant that holds them. */
  readonly useTags: () => string;
}

/** Writes the value of an argument: references for marks, documents for texts that hold one. */
export function valueCode(value: unknown, context: ValueContext): Code {
  if (typeof value === 'string') return textCode(value, context);
  if (Array.isArray(value)) return array(value.map((each) => valueCode(each, context)));
  if (typeof value === 'object' && value !== null)
    return object(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined && inner !== null)
        .map(([key, inner]) => [key, valueCode(inner, context)]),
    );
  return text(String(value));
}

function textCode(value: string, context: ValueContext): Code {
  const parts = splitMarks(value);
  const document = documentIn(value);
  if (document !== undefined) {
    const marked = parts.some((part) => typeof part === 'number');
    if (marked) return call('pulumi.jsonStringify', valueCode(document, context));
    if (value.length >= DOCUMENT) return call('JSON.stringify', literal(document));
  }
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'number') return context.reference(first);
  if (parts.every((part) => typeof part === 'string')) return quoted(value);
  return text(`pulumi.interpolate\`${parts.map((part) => templatePart(part, context)).join('')}\``);
}

function templatePart(part: string | number, { reference }: ValueContext): string {
  return typeof part === 'string' ? escapeTemplate(part) : `\${${flat(reference(part))}}`;
}

/** A reference on one line. */
function flat(code: Code): string {
  if (code.kind === 'call') return `${code.callee}(${code.arguments.map(flat).join(', ')})`;
  if (code.kind === 'text') return code.text;
  throw new Error('A reference is a name or a call.');
}

/** The object or list that a text is the JSON of, exactly; undefined for other texts. */
function documentIn(value: string): unknown {
  if (!/^[[{]/.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return JSON.stringify(parsed) === value ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** `tags`, or an object that spreads it, for tags that begin with those that all resources have. */
export function tagsCode(value: unknown, context: ValueContext): Code {
  const { commonTags } = context;
  const common = Object.entries(commonTags);
  const given = Object(value) as Readonly<Record<string, unknown>>; // the argument `tags` is an object
  if (common.length === 0 || common.some(([key, each]) => given[key] !== each))
    return valueCode(value, context);
  const own = Object.entries(given).filter(([key]) => !(key in commonTags));
  const tags = context.useTags();
  if (own.length === 0) return text(tags);
  return text(
    `{ ...${tags}, ${own.map(([key, each]) => `${propertyKey(key)}: ${flat(valueCode(each, context))}`).join(', ')} }`,
  );
}

const propertyKey = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key));
