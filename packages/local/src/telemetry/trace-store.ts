import type { TraceRecord, TraceSummary } from '@breakwater/protocol';
import { createSlab } from './slab.ts';
import { decodeSpans, encodeSpan } from './span-codec.ts';
import {
  createTraceEntry,
  durationOf,
  noteSpan,
  recordOf,
  summaryOf,
  type TraceEntry,
} from './trace-entry.ts';
import { parseTraceId } from './trace-id.ts';
import type { ReceivedSpan } from './types.ts';

export interface TraceStoreOptions {
  /** Memory for spans; default 16 MiB. */
  readonly limitBytes?: number;
  /** Default 2,000. */
  readonly maxTraces?: number;
  /** Further spans of a trace are dropped; default 500. */
  readonly maxSpansPerTrace?: number;
  /** From this duration on a trace counts as slow; default 1,000 ms. */
  readonly slowMs?: number;
}

export interface TraceFilter {
  /** Newest first; default 50. */
  readonly limit?: number;
  /** Traces in which this service took part. */
  readonly service?: string;
  /** Only those with an error. */
  readonly errors?: boolean;
  readonly slowerThanMs?: number;
}

export interface TraceStoreStats {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Spans that did not fit in their trace any more. */
  readonly droppedSpans: number;
  readonly evictedTraces: number;
}

/** The last traces, in bounded memory. */
export interface TraceStore {
  /** Adds spans to their traces, in any order. When memory is full the oldest traces go. */
  readonly add: (spans: readonly ReceivedSpan[]) => void;
  readonly list: (filter?: TraceFilter) => readonly TraceSummary[];
  /** By id in X-Ray's or W3C's form; undefined when it is not there (any more). */
  readonly get: (id: string) => TraceRecord | undefined;
  readonly stats: () => TraceStoreStats;
}

const BYTES_PER_TRACE = 1024 * 1024;
const OPEN_SPANS_PER_TRACE = 50;
const OPEN_SPANS = 2_000;

/**
 * The last traces, in bounded memory. The oldest trace goes first, with one exception: of those with an error or slow
 * ones, up to a quarter of all that may be kept (by number and by bytes) stay on while younger, uneventful ones go.
 */
export function createTraceStore(options: TraceStoreOptions = {}): TraceStore {
  const {
    limitBytes = 16 * 1024 * 1024,
    maxTraces = 2_000,
    maxSpansPerTrace = 500,
    slowMs = 1_000,
  } = options;
  const bytesPerTrace = Math.min(BYTES_PER_TRACE, limitBytes / 4);
  const slab = createSlab(limitBytes);
  // Both in the order in which their traces were first seen.
  const recent = new Map<string, TraceEntry>();
  const notable = new Map<string, TraceEntry>();
  let notableBytes = 0;
  let openSpans = 0;
  let spans = 0;
  let droppedSpans = 0;
  let evictedTraces = 0;

  const forget = (from: Map<string, TraceEntry>, entry: TraceEntry): void => {
    from.delete(entry.traceId);
    if (from === notable) notableBytes -= slab.footprint(entry.chain);
    slab.free(entry.chain);
    spans -= entry.spans;
    openSpans -= entry.open?.size ?? 0;
    entry.gone = true;
    evictedTraces += 1;
  };

  const trimNotable = (): void => {
    while (notable.size > maxTraces / 4 || notableBytes > limitBytes / 4) {
      const excess = first(notable);
      if (excess === undefined) break;
      forget(notable, excess);
    }
  };

  /** Makes a little room: the oldest recent trace goes, or moves to the notable ones, where there is an end too. */
  const evict = (): void => {
    const oldest = first(recent) ?? null;
    if (oldest === null) {
      const last = first(notable);
      if (last !== undefined) forget(notable, last);
      return;
    }
    if (!oldest.error && durationOf(oldest) < slowMs) {
      forget(recent, oldest);
      return;
    }
    recent.delete(oldest.traceId);
    notable.set(oldest.traceId, oldest);
    notableBytes += slab.footprint(oldest.chain);
    trimNotable();
  };

  const entryOf = (traceId: string): TraceEntry => {
    const known = recent.get(traceId) ?? notable.get(traceId);
    if (known !== undefined) return known;
    while (recent.size + notable.size >= maxTraces) evict();
    const made = createTraceEntry(traceId);
    recent.set(traceId, made);
    return made;
  };

  /** Whether the span was kept as one in progress. */
  const addOpen = (entry: TraceEntry, span: ReceivedSpan): boolean => {
    const open = entry.open ?? new Map<string, ReceivedSpan>();
    const known = open.has(span.spanId);
    if (!known && (open.size >= OPEN_SPANS_PER_TRACE || openSpans >= OPEN_SPANS)) return false;
    if (!known) openSpans += 1;
    open.set(span.spanId, span);
    entry.open = open;
    return true;
  };

  const addEnded = (entry: TraceEntry, span: ReceivedSpan): boolean => {
    if (entry.open?.delete(span.spanId) === true) openSpans -= 1;
    if (entry.spans >= maxSpansPerTrace) return false;
    const { bytes, length } = encodeSpan(span);
    if (entry.chain.bytes + length > bytesPerTrace) return false;
    while (!slab.fits(entry.chain, length)) {
      evict();
      if (entry.gone) return false;
    }
    const before = slab.footprint(entry.chain);
    slab.append(entry.chain, bytes, length);
    entry.spans += 1;
    spans += 1;
    if (notable.has(entry.traceId)) {
      notableBytes += slab.footprint(entry.chain) - before;
      trimNotable();
    }
    return true;
  };

  return {
    add(received) {
      for (const span of received) {
        const entry = entryOf(span.traceId);
        const kept = span.inProgress ? addOpen(entry, span) : addEnded(entry, span);
        if (kept) noteSpan(entry, span);
        else droppedSpans += 1;
      }
    },
    list({ limit = 50, service, errors = false, slowerThanMs = 0 } = {}) {
      return [...recent.values(), ...notable.values()]
        .filter((entry) => entry.rank > 0)
        .filter((entry) => service === undefined || entry.services.includes(service))
        .filter((entry) => !errors || entry.error)
        .filter((entry) => durationOf(entry) >= slowerThanMs)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limit)
        .map(summaryOf);
    },
    get(id) {
      const traceId = parseTraceId(id);
      if (traceId === null) return undefined;
      const entry = recent.get(traceId) ?? notable.get(traceId);
      return entry === undefined ? undefined : recordOf(entry, decodeSpans(slab.read(entry.chain)));
    },
    stats: () => ({
      traces: recent.size + notable.size,
      spans: spans + openSpans,
      bytes: slab.used(),
      droppedSpans,
      evictedTraces,
    }),
  };
}

function first(entries: ReadonlyMap<string, TraceEntry>): TraceEntry | undefined {
  for (const entry of entries.values()) return entry;
  return undefined;
}
