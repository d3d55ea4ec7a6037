import { clip } from './attributes.ts';
import {
  anyValue,
  asNumber,
  asObject,
  asText,
  eachAttribute,
  enumOf,
  type JsonObject,
  listOf,
  nanosToMs,
} from './otlp-json-value.ts';
import { createSpanDraft, finishSpans, SPAN_LIMIT, type SpanDraft } from './otlp-span.ts';
import { parseSpanId, parseTraceId } from './trace-id.ts';
import {
  type Decoded,
  MalformedTelemetryError,
  type ReceivedLog,
  type ReceivedMetric,
  type ReceivedSpan,
} from './types.ts';

const KINDS = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];
const LOG_LIMIT = 10_000;
const BODY_LIMIT = 2_000;

/**
 * Reads an `ExportTraceServiceRequest` in OTLP's JSON: ids in hexadecimal, 64-bit integers as strings.
 * {@link https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding}
 * @throws {MalformedTelemetryError} when it is no JSON or of another shape
 */
export function decodeJsonTraces(body: Buffer): Decoded<ReceivedSpan> {
  const drafts: SpanDraft[] = [];
  let beyondLimit = 0;
  for (const resourceSpans of listOf(parse(body).resourceSpans, 'resourceSpans')) {
    const service = serviceOf(resourceSpans);
    for (const scopeSpans of listOf(resourceSpans.scopeSpans, 'scopeSpans')) {
      for (const span of listOf(scopeSpans.spans, 'spans')) {
        if (drafts.length < SPAN_LIMIT) drafts.push(readSpan(span, service));
        else beyondLimit += 1;
      }
    }
  }
  return finishSpans(drafts, beyondLimit);
}

/** Reads an `ExportLogsServiceRequest`. @throws {MalformedTelemetryError} as {@link decodeJsonTraces} */
export function decodeJsonLogs(body: Buffer): Decoded<ReceivedLog> {
  const items: ReceivedLog[] = [];
  let rejected = 0;
  for (const resourceLogs of listOf(parse(body).resourceLogs, 'resourceLogs')) {
    const service = serviceOf(resourceLogs);
    for (const scopeLogs of listOf(resourceLogs.scopeLogs, 'scopeLogs')) {
      for (const log of listOf(scopeLogs.logRecords, 'logRecords')) {
        if (items.length < LOG_LIMIT) items.push(readLog(log, service));
        else rejected += 1;
      }
    }
  }
  return { items, rejected, problem: rejected > 0 ? `A request may have ${LOG_LIMIT} log records.` : null };
}

/** Reads an `ExportMetricsServiceRequest`. @throws {MalformedTelemetryError} as {@link decodeJsonTraces} */
export function decodeJsonMetrics(body: Buffer): Decoded<ReceivedMetric> {
  const items: ReceivedMetric[] = [];
  for (const resourceMetrics of listOf(parse(body).resourceMetrics, 'resourceMetrics')) {
    const service = serviceOf(resourceMetrics);
    for (const scopeMetrics of listOf(resourceMetrics.scopeMetrics, 'scopeMetrics')) {
      for (const metric of listOf(scopeMetrics.metrics, 'metrics')) {
        items.push({ service, name: clip(asText(metric.name)), points: countPoints(metric) });
      }
    }
  }
  return { items, rejected: 0, problem: null };
}

function parse(body: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedTelemetryError(
      `The body is no JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const object = asObject(value);
  if (object === null) throw new MalformedTelemetryError('The body must be a JSON object.');
  return object;
}

function serviceOf(holder: JsonObject): string {
  let service = '';
  eachAttribute(asObject(holder.resource)?.attributes, (key, value) => {
    if (key === 'service.name') service = clip(String(value));
  });
  return service;
}

function readSpan(span: JsonObject, service: string): SpanDraft {
  const draft = createSpanDraft();
  const status = asObject(span.status);
  draft.service = service;
  draft.traceId = parseTraceId(span.traceId);
  draft.spanId = parseSpanId(span.spanId);
  draft.parentId = parseSpanId(span.parentSpanId);
  draft.name = asText(span.name);
  draft.kind = enumOf(span.kind, KINDS);
  draft.startMs = nanosToMs(span.startTimeUnixNano);
  draft.endMs = nanosToMs(span.endTimeUnixNano);
  draft.statusCode = enumOf(status?.code, STATUSES);
  draft.statusMessage = asText(status?.message);
  draft.droppedAttributes = asNumber(span.droppedAttributesCount);
  eachAttribute(span.attributes, draft.attributes.put);
  for (const event of listOf(span.events, 'events')) {
    if (event.name !== 'exception') continue;
    eachAttribute(event.attributes, (key, value) => {
      if (key === 'exception.type' || key === 'exception.message') draft.attributes.put(key, value);
    });
  }
  return draft;
}

function readLog(log: JsonObject, service: string): ReceivedLog {
  const { body, traceId, severityText, timeUnixNano, observedTimeUnixNano } = log;
  const text = asObject(body)?.stringValue ?? anyValue(body) ?? '';
  return {
    service,
    at: nanosToMs(timeUnixNano) || nanosToMs(observedTimeUnixNano),
    severity: clip(asText(severityText)),
    body: clip(String(text), BODY_LIMIT),
    traceId: parseTraceId(traceId),
  };
}

function countPoints(metric: JsonObject): number {
  for (const kind of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const) {
    const data = asObject(metric[kind]);
    if (data !== null) return listOf(data.dataPoints, 'dataPoints').length;
  }
  return 0;
}
