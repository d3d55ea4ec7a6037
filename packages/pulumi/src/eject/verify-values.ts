import type { Inspection, Registration } from '../inspect/index.ts';
import { EjectError } from './error.ts';
import { type Marked, type Marks, splitMarks } from './marks.ts';

/** What stands for a value in an ordinary run. */
export const wordOf = (origin: Marked): string => `<${Object.values(origin).flat().map(String).join(' ')}>`;

/**
 * Looks whether the marks are all where their values go: with the values of an ordinary run in place of the marks, the arguments must
 * be those of that run. A transform that cuts a value up, for example, would have cut up the mark.
 *
 * @throws EjectError when a value cannot be followed
 */
export function verifyValues(marked: Inspection, plain: Inspection, marks: Marks): void {
  const values = new Map(plain.registrations.map((each) => [`${each.type} ${each.name}`, each]));
  const valueBehind = (number: number): string => {
    const origin = marks.of(number);
    if (origin.kind !== 'resource') return wordOf(origin);
    const [first = '', ...inner] = origin.path;
    const given = values.get(`${origin.type} ${origin.name}`)?.inputs[first];
    return inner.length === 0 && typeof given === 'string' ? given : wordOf(origin);
  };
  const unmarked = (value: unknown): string =>
    splitMarks(JSON.stringify(value) ?? '')
      .map((part) => (typeof part === 'number' ? valueBehind(part) : part))
      .join('');
  for (const registration of marked.registrations) {
    const other = values.get(`${registration.type} ${registration.name}`);
    const key = differingKey(registration, other, unmarked);
    if (key !== null)
      throw new EjectError(
        `${key} of ${registration.name} is computed from what only AWS knows, in a way that cannot be written as source. Take it out of the transform before you eject.`,
      );
  }
}

function differingKey(
  marked: Registration,
  plain: Registration | undefined,
  unmarked: (value: unknown) => string,
): string | null {
  const keys = new Set([...Object.keys(marked.inputs), ...Object.keys(plain?.inputs ?? {})]);
  // Quotes inside of documents are escaped in one and not in the other.
  const simple = (text: string) => text.replaceAll('\\', '');
  const same = (key: string) =>
    simple(unmarked(marked.inputs[key])) === simple(JSON.stringify(plain?.inputs[key]) ?? '');
  return [...keys].find((key) => !same(key)) ?? null;
}
