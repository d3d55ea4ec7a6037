/** Why a body is refused before it is parsed. */
export type JsonFinding = 'too-deep' | 'imprecise-number' | undefined;

/** A double carries every decimal number of this many significant digits. */
const exactDigits = 15;

/**
 * Walks over JSON text without building anything, and finds what parsing would hide: nesting beyond `maxDepth`, and
 * numbers with more digits than a double keeps (which `JSON.parse` would round in silence).
 * The text need not be valid; that is the parser's to say.
 */
export function inspectJson(text: string, maxDepth: number): JsonFinding {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > maxDepth) return 'too-deep';
    } else if (code === closeBrace || code === closeBracket) depth -= 1;
    else if (isDigit(code)) {
      const end = endOfNumber(text, index);
      if (end - index > exactDigits && significantDigits(text.slice(index, end)) > exactDigits)
        return 'imprecise-number';
      index = end - 1;
    }
  }
  return undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== quote) {
    index += text.charCodeAt(index) === backslash ? 2 : 1;
  }
  return index;
}

function endOfNumber(text: string, start: number): number {
  let index = start;
  while (index < text.length && /[\d.eE+-]/.test(text.charAt(index))) index += 1;
  return index;
}

function significantDigits(number: string): number {
  const mantissa = number.split(/[eE]/, 1)[0] ?? '';
  return mantissa.replace('.', '').replace(/^0+/, '').length;
}
