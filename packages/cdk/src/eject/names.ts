const RESERVED = new Set(
  'arguments array await break case catch class const continue debugger default delete do else enum eval export extends false finally for from function get if implements import in instanceof interface let new null of package private props protected public return self set stack static super switch tags this throw true try type typeof undefined var void while with yield'.split(
    ' ',
  ),
);

/** Parts of a construct path that say nothing. */
const SILENT = new Set(['Resource', 'Default']);

/** Words of a name: `service/catalog`, `private-a`, `TaskDef` → their words in lower case. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** `catalogTaskDefinition` */
export function camelCase(words: readonly string[]): string {
  return words.map((word, index) => (index === 0 ? word : capital(word))).join('');
}

/** `CatalogTaskDefinition` */
export function pascalCase(words: readonly string[]): string {
  return words.map(capital).join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Gives each thing of one scope a name that no other has. */
export interface Namer {
  /** The first of the proposals that is free, else the last with a number. */
  readonly name: (proposals: readonly string[]) => string;
}

/** A scope in which the given names are taken. */
export function namer(taken: Iterable<string>): Namer {
  const used = new Set(taken);
  const free = (name: string) => !used.has(name) && !RESERVED.has(name);
  return {
    name: (proposals) => {
      const usable = proposals.map((name) => (/^[A-Za-z_]/.test(name) ? name : `_${name}`));
      const last = usable.at(-1) ?? 'resource';
      let name = usable.find(free);
      for (let number = 2; name === undefined; number++)
        if (free(`${last}${number}`)) name = `${last}${number}`;
      used.add(name);
      return name;
    },
  };
}

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

/** A path often repeats itself: `cluster/Cluster`. */
function unrepeated(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1]);
}
