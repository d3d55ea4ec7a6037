import Pbf from 'pbf';
import { type AttributeValue, clip, DEPTH_LIMIT, STRING_LIMIT } from './attributes.ts';
import { MalformedTelemetryError } from './types.ts';

/** Wire types of protobuf, for `tag * 8 + type`. {@link https://protobuf.dev/programming-guides/encoding/} */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

/**
 * Reads one field: `field` is its number × 8 + wire type, so that a field of an unexpected type is passed over
 * like an unknown one. What is not read is skipped.
 */
export type ReadField<T> = (field: number, result: T, pbf: Pbf) => void;

/** Reads a whole message. @throws {MalformedTelemetryError} when the bytes are none */
export function readProtobuf<T>(bytes: Uint8Array, read: ReadField<T>, result: T): T {
  // A Buffer, because it makes strings of its parts without a view for each.
  const pbf = new Pbf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // The library looks at the whole underlying memory, which is larger for most Node buffers.
  pbf.dataView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    readFields(pbf, bytes.length, read, result);
  } catch (error) {
    if (error instanceof MalformedTelemetryError) throw error;
    throw new MalformedTelemetryError(
      `The body is no protobuf message: ${error instanceof Error ? error.message : error}`,
    );
  }
  return result;
}

/** Reads a message inside another. */
export function readMessage<T>(pbf: Pbf, read: ReadField<T>, result: T): T {
  readFields(pbf, endOf(pbf), read, result);
  return result;
}

/** A string, of which no more than the kept part is decoded. */
export function readText(pbf: Pbf, limit: number = STRING_LIMIT): string {
  const end = endOf(pbf);
  const { pos } = pbf;
  pbf.pos = end;
  return clip(bufferOf(pbf).toString('utf8', pos, Math.min(end, pos + limit * 4)), limit);
}

/** Bytes as hexadecimal digits; null unless there are exactly `length`, not all zero. */
export function readHex(pbf: Pbf, length: number): string | null {
  const end = endOf(pbf);
  const { pos } = pbf;
  pbf.pos = end;
  if (end - pos !== length) return null;
  const hex = bufferOf(pbf).toString('hex', pos, end);
  return /[1-9a-f]/.test(hex) ? hex : null;
}

/** A fixed64 of nanoseconds since the epoch, in milliseconds. */
export function readNanosAsMs(pbf: Pbf): number {
  const low = pbf.readFixed32();
  const high = pbf.readFixed32();
  // 2^32 ns are 4,294 ms and 967,296 ns: each product is exact, which nanoseconds in one double would not be.
  return high * 4_294 + (high * 967_296 + low) / 1e6;
}

/** A `KeyValue`: calls `put` unless the value is empty. */
export function readKeyValue(pbf: Pbf, put: (key: string, value: AttributeValue) => void): void {
  const pair = readMessage(pbf, readPair, { key: '', value: null, depth: 0 });
  const value = attributeOf(pair.value);
  if (value !== null) put(pair.key, value);
}

/** An `AnyValue` as an attribute; null for an empty one. */
export function readAnyValue(pbf: Pbf, limit: number = STRING_LIMIT): AttributeValue | null {
  return attributeOf(readMessage(pbf, readAny, { value: null, depth: 0, limit }).value);
}

function attributeOf(value: unknown): AttributeValue | null {
  if (value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

interface AnyDraft {
  value: unknown;
  readonly depth: number;
  /** Longest string, when it is not the usual one. */
  readonly limit?: number;
}

interface PairDraft extends AnyDraft {
  key: string;
}

function readPair(field: number, pair: PairDraft, pbf: Pbf): void {
  if (field === 1 * 8 + BYTES) pair.key = readText(pbf);
  else if (field === 2 * 8 + BYTES) {
    pair.value = readMessage(pbf, readAny, { value: null, depth: pair.depth }).value;
  }
}

function readAny(field: number, any: AnyDraft, pbf: Pbf): void {
  switch (field) {
    case 1 * 8 + BYTES:
      any.value = readText(pbf, any.limit);
      break;
    case 2 * 8 + VARINT:
      any.value = pbf.readBoolean();
      break;
    case 3 * 8 + VARINT:
      any.value = pbf.readVarint(true);
      break;
    case 4 * 8 + FIXED64:
      any.value = pbf.readDouble();
      break;
    case 5 * 8 + BYTES:
      if (any.depth < DEPTH_LIMIT)
        any.value = readMessage(pbf, readList, { depth: any.depth + 1, values: [] }).values;
      break;
    case 6 * 8 + BYTES:
      if (any.depth < DEPTH_LIMIT) {
        any.value = Object.fromEntries(
          readMessage(pbf, readMap, { depth: any.depth + 1, values: [] }).values,
        );
      }
      break;
    case 7 * 8 + BYTES:
      any.value = clip(Buffer.from(pbf.readBytes().subarray(0, STRING_LIMIT)).toString('base64'));
      break;
  }
}

interface ListDraft<T> {
  readonly values: T[];
  readonly depth: number;
}

function readList(field: number, list: ListDraft<unknown>, pbf: Pbf): void {
  if (field !== 1 * 8 + BYTES) return;
  list.values.push(readMessage(pbf, readAny, { value: null, depth: list.depth }).value);
}

function readMap(field: number, map: ListDraft<readonly [string, unknown]>, pbf: Pbf): void {
  if (field !== 1 * 8 + BYTES) return;
  const { key, value } = readMessage(pbf, readPair, { key: '', value: null, depth: map.depth });
  map.values.push([key, value]);
}

function readFields<T>(pbf: Pbf, end: number, read: ReadField<T>, result: T): void {
  while (pbf.pos < end) {
    const field = pbf.readVarint();
    const { pos } = pbf;
    read(field, result, pbf);
    if (pbf.pos === pos) pbf.skip(field);
  }
  if (pbf.pos !== end)
    throw new MalformedTelemetryError('The body is no protobuf message: a field is cut off.');
}

function bufferOf(pbf: Pbf): Buffer {
  // readProtobuf gives it one, and reading never replaces it.
  return pbf.buf as Buffer;
}

function endOf(pbf: Pbf): number {
  const end = pbf.readVarint() + pbf.pos;
  if (!(end <= pbf.length)) {
    throw new MalformedTelemetryError('The body is no protobuf message: a length exceeds it.');
  }
  return end;
}
