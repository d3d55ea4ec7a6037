import type { SpanRecord } from '@breakwater/protocol';

/** A span as it came in, whatever the protocol. */
export interface ReceivedSpan extends SpanRecord {
  /** 32 lower-case hexadecimal digits, as W3C writes it; {@link toXrayTraceId} gives X-Ray's form. */
  readonly traceId: string;
  /** X-Ray's `in_progress`: the same span comes again when it has ended. */
  readonly inProgress: boolean;
}

/** A log record sent by OTLP, reduced to what is shown. */
export interface ReceivedLog {
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `INFO`, `ERROR`, … or empty. */
  readonly severity: string;
  /** At most 2,000 characters. */
  readonly body: string;
  /** 32 hexadecimal digits, or null outside a trace. */
  readonly traceId: string | null;
}

/** A metric sent by OTLP: only its name and number of data points are kept. */
export interface ReceivedMetric {
  readonly service: string;
  readonly name: string;
  readonly points: number;
}

/** What a request or document contained: what could be used, and how much could not. */
export interface Decoded<T> {
  readonly items: readonly T[];
  readonly rejected: number;
  /** Why the first one was rejected, for people; null when none was. */
  readonly problem: string | null;
}

/** The input is not what its content type says. */
export class MalformedTelemetryError extends Error {
  override readonly name = 'MalformedTelemetryError';
}
