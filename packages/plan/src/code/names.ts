/** Words that no variable can be called, and some that would confuse. */
const RESERVED = new Set(
  'arguments array await break case catch class const continue debugger default delete do else enum eval export extends false finally for from function get if implements import in instanceof interface let new null of package private props protected public return self set stack static super switch tags this throw true try type typeof undefined var void while with yield'.split(
    ' ',
  ),
);

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

/** Without words that follow themselves: paths such as `cluster/Cluster` do. */
export function unrepeated(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1]);
}
