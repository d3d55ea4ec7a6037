/**
 * The path as listener rules see it: path patterns are applied after URI normalization. AWS does not say which steps
 * that takes; these are the ones of RFC 3986 (6.2.2): percent-encoded letters, digits and `-._~` are decoded, other
 * escapes written in capitals, `.` and `..` segments removed. The target still gets the path as it was sent. Inferred
 * from {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html}.
 *
 * @example normalizePath('/api/%7Eme/../x') // '/api/x'
 */
export function normalizePath(path: string): string {
  // Nearly every path is normal already, so this is the way of nearly every request.
  if (!path.includes('%') && !path.includes('/.')) return path;
  return removeDotSegments(path.replace(/%[0-9a-f]{2}/gi, normalizeEscape));
}

function normalizeEscape(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase();
}

function removeDotSegments(path: string): string {
  if (!path.startsWith('/')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (last) kept.push('');
  }
  return `/${kept.join('/')}`;
}
