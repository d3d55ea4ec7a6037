import type { Origin } from '../inspect/answers.ts';

/** What a mark stands for: a value of AWS, or what the stack's settings say. */
export type Marked =
  | Origin
  | {
      readonly kind: 'image';
      /** Key of the service. */
      readonly service: string;
      /** The image without a setting; may hold marks. */
      readonly otherwise: string;
    }
  | {
      /** A secret that only the program knows: in its source it is a setting of the stack. */
      readonly kind: 'setting';
      readonly name: string;
    };

/** Texts that stand for values while a program runs, so that it can be seen where each value goes. */
export interface Marks {
  readonly mark: (marked: Marked) => string;
  readonly of: (number: number) => Marked;
}

// Private-use characters, which no definition holds and JSON leaves as they are.
const OPEN = '\uE000';
const CLOSE = '\uE001';
const PATTERN = /(\uE000\d+\uE001)/;

export function createMarks(): Marks {
  const numbers = new Map<string, number>();
  const all: Marked[] = [];
  return {
    mark: (marked) => {
      const key = JSON.stringify(marked);
      const number = numbers.get(key) ?? all.push(marked) - 1;
      numbers.set(key, number);
      return `${OPEN}${number}${CLOSE}`;
    },
    of: (number) => {
      const found = all[number];
      if (found === undefined) throw new Error(`There is no mark ${number}.`);
      return found;
    },
  };
}

/** A text and the numbers of the marks in it, in order; empty texts are left out. */
export function splitMarks(text: string): readonly (string | number)[] {
  return text
    .split(PATTERN)
    .filter((part) => part !== '')
    .map((part) => (PATTERN.test(part) ? Number(part.slice(1, -1)) : part));
}

/** Numbers of all marks in a value, in texts and keys at any depth. */
export function marksIn(value: unknown): readonly number[] {
  if (typeof value === 'string') return splitMarks(value).filter((part) => typeof part === 'number');
  if (Array.isArray(value)) return value.flatMap(marksIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...marksIn(key), ...marksIn(inner)]);
}
