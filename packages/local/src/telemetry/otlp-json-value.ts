import { type AttributeValue, clip, DEPTH_LIMIT } from './attributes.ts';
import { MalformedTelemetryError } from './types.ts';

/** An object from outside, of which some fields are looked at: each may be missing or anything. */
export type JsonFields<Field extends string> = Readonly<Partial<Record<Field, unknown>>>;

/** Fields of OTLP's JSON that are read. */
export type OtlpField =
  | 'resource'
  | 'attributes'
  | 'key'
  | 'value'
  | 'values'
  | 'stringValue'
  | 'boolValue'
  | 'intValue'
  | 'doubleValue'
  | 'bytesValue'
  | 'arrayValue'
  | 'kvlistValue'
  | 'resourceSpans'
  | 'scopeSpans'
  | 'spans'
  | 'traceId'
  | 'spanId'
  | 'parentSpanId'
  | 'name'
  | 'kind'
  | 'startTimeUnixNano'
  | 'endTimeUnixNano'
  | 'status'
  | 'code'
  | 'message'
  | 'droppedAttributesCount'
  | 'events'
  | 'resourceLogs'
  | 'scopeLogs'
  | 'logRecords'
  | 'body'
  | 'severityText'
  | 'timeUnixNano'
  | 'observedTimeUnixNano'
  | 'resourceMetrics'
  | 'scopeMetrics'
  | 'metrics'
  | 'gauge'
  | 'sum'
  | 'histogram'
  | 'exponentialHistogram'
  | 'summary'
  | 'dataPoints';

export type JsonObject = JsonFields<OtlpField>;

/** The value as an object, or null. */
export function asObject<Field extends string = OtlpField>(value: unknown): JsonFields<Field> | null {
  // Every field of JsonFields is optional and unknown, which is true of any object.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonFields<Field>)
    : null;
}

/** The value as a list of objects; nothing for a missing one. */
export function listOf(value: unknown, name: string): readonly JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new MalformedTelemetryError(`"${name}" must be an array.`);
  return value.map((item) => {
    const object = asObject(item);
    if (object === null) throw new MalformedTelemetryError(`"${name}" must contain objects.`);
    return object;
  });
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number, or a 64-bit integer written as a string; 0 for anything else. */
export function asNumber(value: unknown): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

/** Nanoseconds since the epoch, as a string of digits or a number, in milliseconds; 0 when it is neither. */
export function nanosToMs(value: unknown): number {
  if (typeof value === 'string' && /^\d{7,20}$/.test(value)) {
    return Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6;
  }
  return asNumber(value) / 1e6;
}

/** A number of an enumeration, given as such or by name. */
export function enumOf(value: unknown, names: readonly string[]): number {
  if (typeof value === 'number') return value;
  const index = typeof value === 'string' ? names.indexOf(value) : -1;
  return Math.max(0, index);
}

/** OTLP's AnyValue as an attribute; lists and maps as JSON text; null for an empty one. */
export function anyValue(value: unknown): AttributeValue | null {
  const plain = plainValue(value, 0);
  if (plain === null) return null;
  if (typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean') return plain;
  return JSON.stringify(plain);
}

/** Calls `put` for each attribute of a `KeyValue[]`. */
export function eachAttribute(list: unknown, put: (key: string, value: AttributeValue) => void): void {
  for (const pair of listOf(list, 'attributes')) {
    const value = anyValue(pair.value);
    if (typeof pair.key === 'string' && value !== null) put(pair.key, value);
  }
}

function plainValue(value: unknown, depth: number): unknown {
  const any = asObject(value);
  if (any === null || depth > DEPTH_LIMIT) return null;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = any;
  if (typeof stringValue === 'string') return clip(stringValue);
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return asNumber(intValue);
  // Protobuf's JSON writes "NaN" and "Infinity" as strings.
  if (typeof doubleValue === 'number' || typeof doubleValue === 'string') return Number(doubleValue);
  if (typeof bytesValue === 'string') return clip(bytesValue);
  const list = asObject(arrayValue);
  if (list !== null) return listOf(list.values, 'values').map((item) => plainValue(item, depth + 1));
  const map = asObject(kvlistValue);
  if (map === null) return null;
  const pairs = listOf(map.values, 'values');
  return Object.fromEntries(pairs.map((pair) => [asText(pair.key), plainValue(pair.value, depth + 1)]));
}
