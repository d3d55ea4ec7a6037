/** Decides whether one whole string matches a compiled wildcard pattern. */
export type WildcardMatcher = (text: string) => boolean;

/** How a wildcard pattern compares letters. */
export interface WildcardOptions {
  /** True when `A` and `a` are different letters. */
  readonly caseSensitive: boolean;
}

/**
 * Compiles a pattern in which `*` stands for zero or more characters of any kind and `?` for exactly one.
 *
 * The work is at most (length of the text) x (length of the pattern), whatever the pattern: no backtracking
 * into earlier `*`, because the leftmost match of each piece between two `*` is always the best one.
 *
 * @example compileWildcard('/img/*.png', { caseSensitive: true })('/img/a/b.png') // true
 */
export function compileWildcard(pattern: string, options: WildcardOptions): WildcardMatcher {
  const { caseSensitive } = options;
  const pieces = (caseSensitive ? pattern : pattern.toLowerCase()).split('*');
  const first = pieces[0] ?? '';
  const match = pieces.length === 1 ? wholeMatcher(first) : pieceMatcher(first, pieces.slice(1));
  return caseSensitive ? match : (text) => match(text.toLowerCase());
}

function wholeMatcher(piece: string): WildcardMatcher {
  if (!piece.includes('?')) return (text) => text === piece;
  return (text) => text.length === piece.length && matchesAt(text, piece, 0);
}

function pieceMatcher(first: string, rest: readonly string[]): WildcardMatcher {
  const last = rest[rest.length - 1] ?? '';
  const middle = rest.slice(0, -1).filter((piece) => piece !== '');
  if (middle.length === 0 && last === '' && !first.includes('?')) return (text) => text.startsWith(first);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !matchesAt(text, first, 0) || !matchesAt(text, last, end)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = findPiece(text, piece, at, end);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return true;
  };
}

function findPiece(text: string, piece: string, from: number, end: number): number {
  if (!piece.includes('?')) {
    const found = text.indexOf(piece, from);
    return found >= 0 && found + piece.length <= end ? found : -1;
  }
  for (let at = from; at + piece.length <= end; at++) if (matchesAt(text, piece, at)) return at;
  return -1;
}

const QUESTION_MARK = 63;

function matchesAt(text: string, piece: string, at: number): boolean {
  for (let i = 0; i < piece.length; i++) {
    const wanted = piece.charCodeAt(i);
    if (wanted !== QUESTION_MARK && wanted !== text.charCodeAt(at + i)) return false;
  }
  return true;
}
