type Plain = Readonly<Record<string, unknown>>;

/** Whether plain data is an object (and no list). */
export function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lays overrides over a base: objects merge key by key, everything else (lists, short forms) is replaced as a whole. */
export function merge(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  if (!isObject(base) || !isObject(overrides)) return overrides;
  const keys = new Set([...Object.keys(base), ...Object.keys(overrides)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], overrides[key])]));
}

/** Whether the overrides write a value at the path, or replace one above it. */
export function writes(overrides: unknown, path: string): boolean {
  if (overrides === undefined) return false;
  let here: unknown = overrides;
  for (const part of path === '' ? [] : path.split('.')) {
    if (!isObject(here)) return true;
    if (!Object.hasOwn(here, part)) return false;
    here = here[part];
  }
  return true;
}
