import type { IncomingHttpHeaders } from 'node:http';

/** Where a request stands in its trace, as its headers say. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits; `undefined` when the trace begins here (a load balancer gives only the root). */
  readonly spanId: string | undefined;
  /** `undefined` when the decision is ours. */
  readonly sampled: boolean | undefined;
}

// OpenTelemetry's own propagator for X-Ray takes no notice of a header without `Parent`, and that is just what an Application
// Load Balancer sends (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html).

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const root = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const parent = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/;
const decision = /(?:^|;)\s*Sampled=([01])(?:;|$)/;
const zeros = /^0+$/;

/** Reads `traceparent` (W3C) or else `X-Amzn-Trace-Id`; `undefined` when neither names a trace. */
export function readTraceHeaders(headers: IncomingHttpHeaders): TraceParent | undefined {
  const { traceparent: w3c, 'x-amzn-trace-id': xray } = headers;
  if (typeof w3c === 'string') {
    const [, traceId, spanId, flags] = traceparent.exec(w3c) ?? [];
    if (traceId && spanId && flags && !w3c.startsWith('ff') && !zeros.test(traceId) && !zeros.test(spanId)) {
      return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
    }
  }
  if (typeof xray !== 'string') return undefined;
  const [, epoch, unique] = root.exec(xray) ?? [];
  if (!epoch || !unique || zeros.test(epoch + unique)) return undefined;
  const sampled = decision.exec(xray)?.[1];
  return {
    traceId: epoch + unique,
    spanId: parent.exec(xray)?.[1],
    sampled: sampled === undefined ? undefined : sampled === '1',
  };
}

/** A new trace id in X-Ray's form: it begins with the time in seconds. */
export function newTraceId(nowMs: number, random: () => number): string {
  return hex((nowMs / 1000) >>> 0) + hex8(random) + hex8(random) + hex8(random);
}

/** A new span id. */
export function newSpanId(random: () => number): string {
  return hex8(random) + hex8(random);
}

/** The header that tells X-Ray, and whoever asked, which trace this was. */
export function xrayHeader(traceId: string, sampled: boolean): string {
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Sampled=${sampled ? 1 : 0}`;
}

/** Never all zeros, which would make an id invalid. */
function hex8(random: () => number): string {
  return hex((random() * 0xffff_ffff + 1) >>> 0);
}

/** Two digits for each byte: looking them up is several times faster than `toString(16)` with padding, at each request. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(number: number): string {
  // Every index is a byte.
  return `${bytes[number >>> 24]}${bytes[(number >>> 16) & 255]}${bytes[(number >>> 8) & 255]}${bytes[number & 255]}`;
}
