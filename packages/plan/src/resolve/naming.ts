import { NAME_RULES, type NameKind, type NameRule } from '../data/names.ts';
import { shortHash } from '../hash.ts';

/** What a name is made of. */
export interface NameParts {
  readonly type: string;
  readonly purpose: string;
  readonly env: string;
  readonly system: string;
}

/** Puts the parts into the pattern. A pattern without type or purpose gets the missing one beside the other. */
function compose(pattern: string, parts: NameParts): string {
  const hasType = pattern.includes('{type}');
  const hasPurpose = pattern.includes('{purpose}');
  const own = parts.purpose === parts.system ? parts.type : `${parts.purpose}-${parts.type}`;
  const values: Readonly<Record<string, string>> = {
    '{type}': hasPurpose ? parts.type : own,
    '{purpose}': hasType ? parts.purpose : `${parts.purpose}-${parts.type}`,
    '{env}': parts.env,
    '{system}': parts.system,
  };
  const complete = hasType || hasPurpose ? pattern : `${pattern}-{purpose}`;
  return complete.replace(/\{\w+\}/g, (placeholder) => values[placeholder] ?? placeholder);
}

/** Makes a text acceptable to the rule, whatever its length. */
function clean(text: string, rule: NameRule): string {
  const cased = rule.lowercase ? text.toLowerCase() : text;
  return cased
    .replace(rule.foreign, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * Secrets Manager appends a hyphen and six characters to the ARN of a secret, so a name that ends like that is ambiguous
 * where it is referred to by name: it gets another end.
 */
export function unambiguous(kind: NameKind, name: string): string {
  return kind === 'secret' && /-[A-Za-z0-9]{6}$/.test(name) ? `${name}-value` : name;
}

/** A name for a resource by the pattern, within its kind's limits: too long, the purpose is cut and a stable hash tells it apart. */
export function patternName(kind: NameKind, pattern: string, parts: NameParts, distinguish = false): string {
  return unambiguous(kind, fittedName(kind, pattern, parts, distinguish));
}

function fittedName(kind: NameKind, pattern: string, parts: NameParts, distinguish: boolean): string {
  const rule = NAME_RULES[kind];
  const prefix = kind === 'log-group' ? '/ecs/' : kind === 'key-alias' ? 'alias/' : '';
  const full = clean(compose(pattern, parts), rule);
  const fits = (name: string) =>
    prefix.length + name.length <= rule.maximum && rule.pattern.test(prefix + name);
  if (!distinguish && fits(full) && full.length + prefix.length >= rule.minimum) return prefix + full;
  const hash = shortHash(`${kind}/${parts.type}/${parts.purpose}/${pattern}/${parts.env}/${parts.system}`);
  for (let length = parts.purpose.length; length > 0; length -= 1) {
    const purpose = `${parts.purpose.slice(0, length).replace(/-+$/, '')}-${hash}`;
    const name = clean(compose(pattern, { ...parts, purpose }), rule);
    if (fits(name)) return prefix + name;
  }
  // A pattern with so much fixed text that no purpose fits, or whose text the rule refuses: what remains is cut.
  const tail = `-${hash}-${parts.env}`;
  const head = clean(full, rule).replace(/^[^a-z]+/i, '');
  const room = rule.maximum - prefix.length - tail.length;
  const cut = clean(head.slice(0, Math.max(0, room)), rule);
  const name = clean(cut === '' ? `${hash}-${parts.env}` : `${cut}${tail}`, rule);
  return prefix + (fits(name) ? name : clean(`${hash}-${parts.env}`, rule));
}

/** Placeholders of names that an author chooses. */
export const PLACEHOLDERS: readonly string[] = ['{env}', '{system}', '{region}'];

/** Placeholders of the naming pattern. */
export const PATTERN_PLACEHOLDERS: readonly string[] = ['{type}', '{purpose}', '{env}', '{system}'];

/** Fills the placeholders of a text that an author wrote. */
export function fillPlaceholders(
  text: string,
  values: { env: string; system: string; region: string },
): string {
  return text.replace(/\{(env|system|region)\}/g, (_, key: 'env' | 'system' | 'region') => values[key]);
}
