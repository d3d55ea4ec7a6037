import type Pbf from 'pbf';
import { clip } from './attributes.ts';
import { createSpanDraft, finishSpans, SPAN_LIMIT, type SpanDraft } from './otlp-span.ts';
import {
  BYTES,
  FIXED64,
  readAnyValue,
  readHex,
  readKeyValue,
  readMessage,
  readNanosAsMs,
  readProtobuf,
  readText,
  VARINT,
} from './protobuf.ts';
import type { Decoded, ReceivedLog, ReceivedMetric, ReceivedSpan } from './types.ts';

const ITEM_LIMIT = 10_000;
const BODY_LIMIT = 2_000;

/**
 * Reads an `ExportTraceServiceRequest` of opentelemetry-proto v1 by its field numbers.
 * {@link https://github.com/open-telemetry/opentelemetry-proto/blob/v1.5.0/opentelemetry/proto/trace/v1/trace.proto}
 * @throws {MalformedTelemetryError} when the bytes are none
 */
export function decodeProtobufTraces(body: Uint8Array): Decoded<ReceivedSpan> {
  const { items, beyondLimit } = readBatch<SpanDraft>(body, SPAN_LIMIT, createSpanDraft, readSpan);
  return finishSpans(items, beyondLimit);
}

/** Reads an `ExportLogsServiceRequest`. @throws {MalformedTelemetryError} when the bytes are none */
export function decodeProtobufLogs(body: Uint8Array): Decoded<ReceivedLog> {
  const { items, beyondLimit } = readBatch<LogDraft>(body, ITEM_LIMIT, createLogDraft, readLog);
  const problem = beyondLimit > 0 ? `A request may have ${ITEM_LIMIT} log records.` : null;
  const logs = items.map(({ observedMs, ...log }) => ({ ...log, at: log.at === 0 ? observedMs : log.at }));
  return { items: logs, rejected: beyondLimit, problem };
}

/** Reads an `ExportMetricsServiceRequest`. @throws {MalformedTelemetryError} when the bytes are none */
export function decodeProtobufMetrics(body: Uint8Array): Decoded<ReceivedMetric> {
  const { items, beyondLimit } = readBatch<MetricDraft>(body, ITEM_LIMIT, createMetricDraft, readMetric);
  const problem = beyondLimit > 0 ? `A request may have ${ITEM_LIMIT} metrics.` : null;
  return { items, rejected: beyondLimit, problem };
}

interface Serviced {
  service: string;
}

/** The three requests have the same outer form: resources (1), in each a resource (1) and scopes (2), in each items (2). */
interface Batch<T extends Serviced> {
  readonly limit: number;
  readonly create: () => T;
  readonly read: (field: number, item: T, pbf: Pbf) => void;
  readonly items: T[];
  beyondLimit: number;
}

function readBatch<T extends Serviced>(
  body: Uint8Array,
  limit: number,
  create: () => T,
  read: (field: number, item: T, pbf: Pbf) => void,
): Batch<T> {
  return readProtobuf(body, readRequest<T>, { limit, create, read, items: [], beyondLimit: 0 });
}

function readRequest<T extends Serviced>(field: number, batch: Batch<T>, pbf: Pbf): void {
  if (field !== 1 * 8 + BYTES) return;
  const first = batch.items.length;
  // The resource may come after its items.
  const { service } = readMessage(pbf, readResourceItems<T>, { batch, service: '' });
  for (let index = first; index < batch.items.length; index += 1) {
    const item = batch.items[index];
    if (item !== undefined) item.service = service;
  }
}

function readResourceItems<T extends Serviced>(
  field: number,
  of: { readonly batch: Batch<T>; service: string },
  pbf: Pbf,
): void {
  if (field === 1 * 8 + BYTES) readMessage(pbf, readResource, of);
  else if (field === 2 * 8 + BYTES) readMessage(pbf, readScopeItems<T>, of.batch);
}

function readResource(field: number, of: Serviced, pbf: Pbf): void {
  if (field !== 1 * 8 + BYTES) return;
  readKeyValue(pbf, (key, value) => {
    if (key === 'service.name') of.service = String(value);
  });
}

function readScopeItems<T extends Serviced>(field: number, batch: Batch<T>, pbf: Pbf): void {
  if (field !== 2 * 8 + BYTES) return;
  if (batch.items.length >= batch.limit) batch.beyondLimit += 1;
  else batch.items.push(readMessage(pbf, batch.read, batch.create()));
}

function readSpan(field: number, span: SpanDraft, pbf: Pbf): void {
  switch (field) {
    case 1 * 8 + BYTES:
      span.traceId = readHex(pbf, 16);
      break;
    case 2 * 8 + BYTES:
      span.spanId = readHex(pbf, 8);
      break;
    case 4 * 8 + BYTES:
      span.parentId = readHex(pbf, 8);
      break;
    case 5 * 8 + BYTES:
      span.name = readText(pbf);
      break;
    case 6 * 8 + VARINT:
      span.kind = pbf.readVarint();
      break;
    case 7 * 8 + FIXED64:
      span.startMs = readNanosAsMs(pbf);
      break;
    case 8 * 8 + FIXED64:
      span.endMs = readNanosAsMs(pbf);
      break;
    case 9 * 8 + BYTES:
      readKeyValue(pbf, span.attributes.put);
      break;
    case 10 * 8 + VARINT:
      span.droppedAttributes = pbf.readVarint();
      break;
    case 11 * 8 + BYTES:
      keepException(span, readMessage(pbf, readEvent, { name: '', attributes: new Map() }));
      break;
    case 15 * 8 + BYTES:
      readMessage(pbf, readStatus, span);
      break;
  }
}

function readStatus(field: number, span: SpanDraft, pbf: Pbf): void {
  if (field === 2 * 8 + BYTES) span.statusMessage = readText(pbf);
  else if (field === 3 * 8 + VARINT) span.statusCode = pbf.readVarint();
}

interface EventDraft {
  name: string;
  readonly attributes: Map<string, string | number | boolean>;
}

function readEvent(field: number, event: EventDraft, pbf: Pbf): void {
  if (field === 2 * 8 + BYTES) event.name = readText(pbf);
  else if (field === 3 * 8 + BYTES) {
    readKeyValue(pbf, (key, value) => {
      if (key === 'exception.type' || key === 'exception.message') event.attributes.set(key, value);
    });
  }
}

function keepException(span: SpanDraft, event: EventDraft): void {
  if (event.name !== 'exception') return;
  for (const [key, value] of event.attributes) span.attributes.put(key, value);
}

interface LogDraft {
  service: string;
  at: number;
  observedMs: number;
  severity: string;
  body: string;
  traceId: string | null;
}

function createLogDraft(): LogDraft {
  return { service: '', at: 0, observedMs: 0, severity: '', body: '', traceId: null };
}

function readLog(field: number, log: LogDraft, pbf: Pbf): void {
  switch (field) {
    case 1 * 8 + FIXED64:
      log.at = readNanosAsMs(pbf);
      break;
    case 3 * 8 + BYTES:
      log.severity = readText(pbf);
      break;
    case 5 * 8 + BYTES:
      log.body = clip(String(readAnyValue(pbf, BODY_LIMIT) ?? ''), BODY_LIMIT);
      break;
    case 9 * 8 + BYTES:
      log.traceId = readHex(pbf, 16);
      break;
    case 11 * 8 + FIXED64:
      log.observedMs = readNanosAsMs(pbf);
      break;
  }
}

interface MetricDraft {
  service: string;
  name: string;
  points: number;
}

function createMetricDraft(): MetricDraft {
  return { service: '', name: '', points: 0 };
}

/** Gauge, sum, histogram, exponential histogram, summary: all have their data points in field 1. */
const METRIC_DATA = new Set([5, 7, 9, 10, 11].map((tag) => tag * 8 + BYTES));

function readMetric(field: number, metric: MetricDraft, pbf: Pbf): void {
  if (field === 1 * 8 + BYTES) metric.name = readText(pbf);
  else if (METRIC_DATA.has(field)) readMessage(pbf, countPoint, metric);
}

function countPoint(field: number, metric: MetricDraft, _pbf: Pbf): void {
  if (field === 1 * 8 + BYTES) metric.points += 1;
}
