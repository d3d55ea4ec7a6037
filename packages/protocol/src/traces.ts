import type { Timestamp } from './snapshot.ts';

export interface SpanRecord {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal' | 'producer' | 'consumer';
  readonly startedAt: Timestamp;
  readonly durationMs: number;
  readonly error: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface TraceSummary {
  /** As X-Ray writes it: `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly startedAt: Timestamp;
  readonly durationMs: number;
  readonly spans: number;
  readonly error: boolean;
  readonly status: number | null;
}

export interface TraceRecord extends TraceSummary {
  readonly records: readonly SpanRecord[];
}
