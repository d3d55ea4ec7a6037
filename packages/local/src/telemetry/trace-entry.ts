import type { SpanRecord, TraceRecord, TraceSummary } from '@breakwater/protocol';
import { httpStatusOf, roundMs } from './otlp-span.ts';
import { type Chain, createChain } from './slab.ts';
import { toXrayTraceId } from './trace-id.ts';
import type { ReceivedSpan } from './types.ts';

const SERVICES_LIMIT = 16;

/** A trace in the store: its spans are in the slab, here is only what lists need. */
export interface TraceEntry {
  readonly traceId: string;
  readonly chain: Chain;
  spans: number;
  /** X-Ray's spans in progress, by id; null when there is none. */
  open: Map<string, ReceivedSpan> | null;
  /** How likely `name` and the like are those of the root; see {@link rankOf}. */
  rank: number;
  name: string;
  service: string;
  rootStartedAt: number;
  status: number | null;
  readonly services: string[];
  startedAt: number;
  endedAt: number;
  error: boolean;
  /** No longer in the store. */
  gone: boolean;
}

export function createTraceEntry(traceId: string): TraceEntry {
  return {
    traceId,
    chain: createChain(),
    spans: 0,
    open: null,
    rank: 0,
    name: '',
    service: '',
    rootStartedAt: 0,
    status: null,
    services: [],
    startedAt: Number.POSITIVE_INFINITY,
    endedAt: 0,
    error: false,
    gone: false,
  };
}

/** Takes a span into what lists show of its trace. */
export function noteSpan(entry: TraceEntry, span: ReceivedSpan): void {
  entry.startedAt = Math.min(entry.startedAt, span.startedAt);
  entry.endedAt = Math.max(entry.endedAt, span.startedAt + span.durationMs);
  if (span.error) entry.error = true;
  if (entry.services.length < SERVICES_LIMIT && !entry.services.includes(span.service)) {
    entry.services.push(span.service);
  }
  const rank = rankOf(span);
  if (rank > entry.rank || (rank === entry.rank && span.startedAt <= entry.rootStartedAt)) {
    entry.rank = rank;
    entry.name = span.name;
    entry.service = span.service;
    entry.rootStartedAt = span.startedAt;
    entry.status = httpStatusOf(span.attributes);
  }
}

/** A trace is called after the span without a parent; while there is none, after its first server span, or first span. */
function rankOf(span: SpanRecord): number {
  if (span.parentId === null) return 3;
  return span.kind === 'server' ? 2 : 1;
}

export function durationOf(entry: TraceEntry): number {
  return roundMs(entry.endedAt - entry.startedAt);
}

export function summaryOf(entry: TraceEntry): TraceSummary {
  return {
    id: toXrayTraceId(entry.traceId),
    name: entry.name,
    service: entry.service,
    startedAt: entry.startedAt,
    durationMs: durationOf(entry),
    spans: entry.spans + (entry.open?.size ?? 0),
    error: entry.error,
    status: entry.status,
  };
}

/** The whole trace in order of beginning. A span that was sent twice appears once, as it was sent last. */
export function recordOf(entry: TraceEntry, stored: readonly SpanRecord[]): TraceRecord {
  const spans = new Map<string, SpanRecord>();
  for (const { traceId: _, inProgress: __, ...span } of entry.open?.values() ?? []) {
    spans.set(span.spanId, { ...span, attributes: { ...span.attributes, in_progress: true } });
  }
  for (const span of stored) spans.set(span.spanId, span);
  const records = [...spans.values()].sort((a, b) => a.startedAt - b.startedAt);
  return { ...summaryOf(entry), spans: records.length, records };
}
