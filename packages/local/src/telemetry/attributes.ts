/** Longest string that is kept, as X-Ray has it; longer ones are clipped. */
export const STRING_LIMIT = 250;
/** Most attributes of a span. */
export const ATTRIBUTE_LIMIT = 64;
/** Most characters of all keys and strings of a span's attributes. */
export const CHARACTER_LIMIT = 8_000;
/** Deepest nesting that is read in values and documents. */
export const DEPTH_LIMIT = 16;

export type AttributeValue = string | number | boolean;

/** Collects a span's attributes within the limits, counting what it leaves out. */
export interface AttributeCollector {
  readonly put: (key: string, value: AttributeValue) => void;
  readonly get: (key: string) => AttributeValue | undefined;
  readonly dropped: () => number;
  readonly record: Readonly<Record<string, AttributeValue>>;
}

export function createAttributes(): AttributeCollector {
  const record: Record<string, AttributeValue> = {};
  let count = 0;
  let characters = 0;
  let dropped = 0;
  return {
    record,
    dropped: () => dropped,
    get: (key) => (Object.hasOwn(record, key) ? record[key] : undefined),
    put(key, value) {
      const name = clip(key);
      const kept = typeof value === 'number' && !Number.isFinite(value) ? String(value) : clipValue(value);
      const size = name.length + (typeof kept === 'string' ? kept.length : 0);
      // Assigning to __proto__ would set the prototype instead of a property.
      if (name === '__proto__' || count >= ATTRIBUTE_LIMIT || characters + size > CHARACTER_LIMIT) {
        dropped += 1;
        return;
      }
      if (!Object.hasOwn(record, name)) count += 1;
      characters += size;
      record[name] = kept;
    },
  };
}

/** The text without what is longer than `limit`, never ending in half a character. */
export function clip(text: string, limit: number = STRING_LIMIT): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

function clipValue(value: AttributeValue): AttributeValue {
  return typeof value === 'string' ? clip(value) : value;
}
