import { type AttributeCollector, clip, createAttributes, DEPTH_LIMIT } from './attributes.ts';
import { asObject, asText, type JsonFields } from './otlp-json-value.ts';
import { httpStatusOf, roundMs } from './otlp-span.ts';
import { parseSpanId, parseTraceId } from './trace-id.ts';
import { type Decoded, MalformedTelemetryError, type ReceivedSpan } from './types.ts';

type SegmentField =
  | 'name'
  | 'id'
  | 'trace_id'
  | 'parent_id'
  | 'type'
  | 'start_time'
  | 'end_time'
  | 'in_progress'
  | 'error'
  | 'throttle'
  | 'fault'
  | 'cause'
  | 'http'
  | 'aws'
  | 'sql'
  | 'service'
  | 'user'
  | 'origin'
  | 'namespace'
  | 'annotations'
  | 'metadata'
  | 'subsegments';

type Segment = JsonFields<SegmentField>;

/** What a subsegment takes over from the document that it is in. */
interface Context {
  readonly traceId: string;
  readonly service: string;
  readonly parentId: string | null;
  readonly depth: number;
}

const SPANS_PER_DOCUMENT = 500;

/**
 * Reads a segment document, or a subsegment sent alone, with its nested subsegments.
 * {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html}
 * @param serviceOf finds the service of a subsegment sent alone by its parent's id
 * @throws {MalformedTelemetryError} when it is no JSON object or lacks what every segment has
 */
export function decodeSegment(
  text: string,
  serviceOf: (parentId: string) => string | undefined,
): Decoded<ReceivedSpan> {
  const segment = parseDocument(text);
  const traceId = parseTraceId(segment.trace_id);
  if (traceId === null) throw new MalformedTelemetryError('A segment needs "trace_id", 1-<8 hex>-<24 hex>.');
  const parentId = parseSpanId(segment.parent_id);
  const alone = segment.type === 'subsegment';
  const service = alone ? (serviceOf(parentId ?? '') ?? 'unknown_service') : clip(asText(segment.name));
  const items: ReceivedSpan[] = [];
  const state = { items, rejected: 0, problem: null };
  readSegment(segment, { traceId, service, parentId, depth: alone ? 1 : 0 }, state);
  if (items.length === 0) throw new MalformedTelemetryError(state.problem ?? 'The document has no segment.');
  return state;
}

function parseDocument(text: string): Segment {
  try {
    const segment = asObject<SegmentField>(JSON.parse(text));
    if (segment !== null) return segment;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new MalformedTelemetryError('A segment document must be a JSON object.');
}

function readSegment(
  segment: Segment,
  context: Context,
  state: { readonly items: ReceivedSpan[]; rejected: number; problem: string | null },
): void {
  const { items } = state;
  if (items.length >= SPANS_PER_DOCUMENT || context.depth > DEPTH_LIMIT) {
    state.rejected += 1;
    state.problem ??= 'The document has too many or too deep subsegments.';
    return;
  }
  const span = spanOf(segment, context);
  if (typeof span === 'string') {
    state.rejected += 1;
    state.problem ??= span;
    return;
  }
  items.push(span);
  const { subsegments } = segment;
  if (!Array.isArray(subsegments)) return;
  for (const nested of subsegments) {
    const child = asObject<SegmentField>(nested);
    if (child === null) continue;
    const { traceId, service, depth } = context;
    readSegment(child, { traceId, service, parentId: span.spanId, depth: depth + 1 }, state);
  }
}

function spanOf(segment: Segment, context: Context): ReceivedSpan | string {
  const spanId = parseSpanId(segment.id);
  const start = seconds(segment.start_time);
  const end = seconds(segment.end_time);
  if (spanId === null) return 'A segment needs "id", 16 hexadecimal digits.';
  if (start === null) return 'A segment needs "start_time", seconds since the epoch.';
  if (end === null && segment.in_progress !== true)
    return 'A segment needs "end_time" or "in_progress": true.';
  const attributes = createAttributes();
  putAll(segment, attributes);
  const kind = kindOf(segment, context.depth);
  const status = httpStatusOf(attributes.record);
  return {
    traceId: context.traceId,
    spanId,
    parentId: context.parentId,
    service: context.service,
    name: clip(asText(segment.name)) || 'unknown',
    kind,
    startedAt: roundMs(start),
    durationMs: roundMs(Math.max(0, (end ?? start) - start)),
    // As with OpenTelemetry: a refused request (4xx) is an error for who sent it, not for who answered.
    error: segment.fault === true || (segment.error === true && kind !== 'server') || (status ?? 0) >= 500,
    inProgress: end === null,
    attributes: attributes.record,
  };
}

function kindOf(segment: Segment, depth: number): ReceivedSpan['kind'] {
  if (depth === 0) return 'server';
  return segment.namespace === 'remote' || segment.namespace === 'aws' ? 'client' : 'internal';
}

function seconds(value: unknown): number | null {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value * 1_000 : null;
}

function putAll(segment: Segment, attributes: AttributeCollector): void {
  const http = asObject<'request' | 'response'>(segment.http);
  putFields(http?.request, attributes, {
    method: 'http.request.method',
    url: 'url.full',
    client_ip: 'client.address',
    user_agent: 'user_agent.original',
  });
  putFields(http?.response, attributes, {
    status: 'http.response.status_code',
    content_length: 'http.response.body.size',
  });
  putFields(segment.sql, attributes, {
    sanitized_query: 'db.query.text',
    database_type: 'db.system.name',
    url: 'db.connection_string',
    user: 'db.user',
  });
  putFields(segment.aws, attributes, {
    operation: 'aws.operation',
    region: 'aws.region',
    request_id: 'aws.request_id',
    table_name: 'aws.table_name',
    bucket_name: 'aws.bucket_name',
  });
  putFields(segment.service, attributes, { version: 'service.version' });
  putFields({ user: segment.user, origin: segment.origin, throttle: segment.throttle }, attributes, {
    user: 'enduser.id',
    origin: 'aws.xray.origin',
    throttle: 'aws.xray.throttle',
  });
  putCause(segment.cause, attributes);
  for (const [key, value] of Object.entries(asObject<string>(segment.annotations) ?? {})) {
    putPlain(attributes, key, value);
  }
  for (const [key, value] of Object.entries(asObject<string>(segment.metadata) ?? {})) {
    attributes.put(`metadata.${key}`, JSON.stringify(value));
  }
}

function putFields(
  from: unknown,
  attributes: AttributeCollector,
  names: Readonly<Record<string, string>>,
): void {
  const fields = asObject<string>(from);
  if (fields === null) return;
  for (const [field, name] of Object.entries(names)) putPlain(attributes, name, fields[field]);
}

function putPlain(attributes: AttributeCollector, key: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    attributes.put(key, value);
  }
}

function putCause(cause: unknown, attributes: AttributeCollector): void {
  const exceptions = asObject<'exceptions'>(cause)?.exceptions;
  if (!Array.isArray(exceptions)) return;
  putFields(exceptions[0], attributes, { type: 'exception.type', message: 'exception.message' });
}
