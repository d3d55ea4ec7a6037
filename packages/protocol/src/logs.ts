import type { Timestamp } from './snapshot.ts';

/** A line that a task, a store or the engine wrote. */
export interface LogLine {
  readonly at: Timestamp;
  /** Service, store or `engine`. */
  readonly source: string;
  readonly task: string | null;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}
