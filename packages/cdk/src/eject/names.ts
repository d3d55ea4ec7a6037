import { camelCase, unrepeated, wordsOf } from '@breakwater/plan/code';

/** Parts of a construct path that say nothing. */
const SILENT = new Set(['Resource', 'Default']);

/** Names for a resource's variable, the best first: from its construct path, then with its type as well. */
export function variableNames(path: string, type: string): readonly string[] {
  const kind = wordsOf(type.split('::').at(-1) ?? type);
  const parts = path
    .split('/')
    .filter((part) => !SILENT.has(part))
    .map((part) => wordsOf(meaningful(part.replace(/^Custom::/, ''))));
  const words = unrepeated(member(parts) ?? parts.flat());
  const named = words.length === 0 ? kind : words;
  return [camelCase(named), camelCase(unrepeated([...named, ...kind]))];
}

/** Words up to which a member of a collection is named after the collection as well. */
const SHORT = 5;

/** `subnets/private-a` is a private-a subnet; null for a path that does not start with a collection. */
function member(parts: readonly (readonly string[])[]): readonly string[] | null {
  const [collection, key, ...others] = parts;
  const last = collection?.at(-1);
  if (collection === undefined || key === undefined || last === undefined || !/[^s]s$/.test(last))
    return null;
  // `empty-buckets/function` is the function that does it.
  if (key.join('-') === 'function') return null;
  const kind = [...collection.slice(0, -1), last.slice(0, -1)];
  const known = key.length > SHORT || kind.some((word) => key.includes(word));
  return [...key, ...(known ? [] : kind), ...others.flat()];
}

/** CDK calls a permission to invoke a function after a hash. */
function meaningful(part: string): string {
  return /^Invoke.{20,}/.test(part) ? 'Invoke' : part;
}
