/**
 * Where to go after signing in: a path of ours, never another site.
 *
 * @param base where the pages begin
 */
export function nextPage(value: unknown, base: string): string {
  const home = base || '/';
  if (typeof value !== 'string' || value.length > 300) return home;
  // Browsers take `//host` and `/\host` for other sites, and leave out tabs and newlines.
  const ours = value === home || (value.startsWith(`${base}/`) && /^\/[\w-]+(\/[\w-]+)*$/.test(value));
  return ours ? value : home;
}
