import { join } from '../path.ts';
import type { Report } from '../schema/check.ts';

const DEEPEST = 40;
const MOST = 200_000;

const KINDS: Readonly<Record<string, string>> = {
  function: 'a function',
  symbol: 'a symbol',
  bigint: 'a big integer',
};

/**
 * Copies anything into plain data: texts, numbers, booleans, null, lists and objects. What cannot be is reported and left
 * out: functions, dates, class instances with hidden state, cycles, getters that throw. Never throws.
 */
export function plainData(input: unknown, report: Report): unknown {
  const above = new Set<object>();
  let count = 0;

  const refuse = (path: string, actual: string): undefined => {
    report('BW1007', path, { actual });
    return undefined;
  };

  const copyObject = (value: object, path: string): unknown => {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain =
      prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
    if (!isPlain) return refuse(path, `a ${nameOf(prototype)}`);
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(value)) {
      if (key === '__proto__') {
        refuse(join(path, key), 'a prototype');
        continue;
      }
      const copied = copy(Reflect.get(value, key), join(path, key));
      if (copied !== undefined) entries.push([key, copied]);
    }
    return Object.fromEntries(entries);
  };

  const copy = (value: unknown, path: string): unknown => {
    count += 1;
    if (count > MOST) return count === MOST + 1 ? refuse(path, 'more than any system has') : undefined;
    if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, String(value));
    if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
      return value;
    if (typeof value !== 'object') return refuse(path, KINDS[typeof value] ?? 'no data');
    if (above.has(value)) return refuse(path, 'a cycle back to an object around it');
    if (above.size >= DEEPEST) return refuse(path, `nested more than ${DEEPEST} deep`);
    above.add(value);
    try {
      if (!Array.isArray(value)) return copyObject(value, path);
      // A hole or a refused value stays as null, so that the places of the others do not move.
      return Array.from(value, (each, index) => copy(each, join(path, index)) ?? null);
    } catch {
      return refuse(path, 'an object that cannot be read');
    } finally {
      above.delete(value);
    }
  };

  return copy(input, '');
}

function nameOf(prototype: unknown): string {
  if (typeof prototype !== 'object' || prototype === null) return 'class instance';
  const builder: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof builder === 'function' && typeof builder.name === 'string' && /^\w{1,40}$/.test(builder.name)
    ? builder.name
    : 'class instance';
}
