const PLAIN = /^[A-Za-z0-9_-]+$/;

/** Adds a key or index to a path: `services.catalog.routes.0`. Keys with other characters stand in brackets. */
export function join(path: string, key: string | number): string {
  const text = String(key);
  const part = PLAIN.test(text) ? text : `[${JSON.stringify(text).replace(/\p{Cc}/gu, '\uFFFD')}]`;
  if (path === '') return part;
  return part.startsWith('[') ? `${path}${part}` : `${path}.${part}`;
}

/** Whether the path is the other or lies beneath it. */
export function isWithin(path: string, ancestor: string): boolean {
  if (!path.startsWith(ancestor)) return false;
  const next = path.charAt(ancestor.length);
  return next === '' || next === '.' || next === '[' || ancestor === '';
}
