import type { SpanRecord } from '@breakwater/protocol';
import { type AttributeCollector, clip, createAttributes } from './attributes.ts';
import type { Decoded, ReceivedSpan } from './types.ts';

/** Most spans of one request, as CloudWatch's OTLP endpoint has it. {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html} */
export const SPAN_LIMIT = 10_000;

/** A span while it is being read; null where the sender gave nothing usable. */
export interface SpanDraft {
  traceId: string | null;
  spanId: string | null;
  parentId: string | null;
  service: string;
  name: string;
  /** Number of the kind in OTLP. */
  kind: number;
  /** Milliseconds since the epoch; 0 when missing. */
  startMs: number;
  endMs: number;
  /** 2 is an error. */
  statusCode: number;
  statusMessage: string;
  /** What the sender says it left out. */
  droppedAttributes: number;
  readonly attributes: AttributeCollector;
}

export function createSpanDraft(): SpanDraft {
  return {
    traceId: null,
    spanId: null,
    parentId: null,
    service: '',
    name: '',
    kind: 0,
    startMs: 0,
    endMs: 0,
    statusCode: 0,
    statusMessage: '',
    droppedAttributes: 0,
    attributes: createAttributes(),
  };
}

/** Turns drafts into spans; what has no id or no beginning is rejected. */
export function finishSpans(drafts: readonly SpanDraft[], beyondLimit: number): Decoded<ReceivedSpan> {
  const items: ReceivedSpan[] = [];
  let rejected = beyondLimit;
  let problem = beyondLimit > 0 ? `A request may have ${SPAN_LIMIT} spans; the others were left out.` : null;
  for (const draft of drafts) {
    const span = finishSpan(draft);
    if (typeof span === 'string') {
      rejected += 1;
      problem ??= span;
    } else {
      items.push(span);
    }
  }
  return { items, rejected, problem };
}

const KINDS: readonly SpanRecord['kind'][] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

function finishSpan(draft: SpanDraft): ReceivedSpan | string {
  const { traceId, spanId, parentId, attributes, startMs, endMs } = draft;
  if (traceId === null) return 'A span has no valid trace id (16 bytes, not all zero).';
  if (spanId === null) return 'A span has no valid span id (8 bytes, not all zero).';
  if (!(startMs > 0)) return 'A span has no start time.';
  const dropped = draft.droppedAttributes + attributes.dropped();
  if (dropped > 0) attributes.put('otel.dropped_attributes_count', dropped);
  if (draft.statusMessage !== '') attributes.put('otel.status_description', draft.statusMessage);
  const status = httpStatusOf(attributes.record);
  return {
    traceId,
    spanId,
    parentId,
    service: draft.service === '' ? 'unknown_service' : clip(draft.service),
    name: clip(draft.name),
    kind: KINDS[draft.kind] ?? 'internal',
    startedAt: roundMs(startMs),
    durationMs: roundMs(Math.max(0, endMs - startMs)),
    error: draft.statusCode === 2 || (status !== null && status >= 500),
    inProgress: false,
    attributes: attributes.record,
  };
}

/** Status of an HTTP span by the current and the former semantic conventions; null for other spans. */
export function httpStatusOf(attributes: SpanRecord['attributes']): number | null {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  return typeof status === 'number' ? status : null;
}

/** Milliseconds to the microsecond: finer than that is lost in a double of the epoch's milliseconds. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
