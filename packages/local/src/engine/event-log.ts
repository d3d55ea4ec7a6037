import type { EngineEventRecord } from '@breakwater/protocol';

/** An event as its author gives it: the log adds number and time. */
export type NewEvent = EngineEventRecord extends infer E
  ? E extends EngineEventRecord
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

/** The last moments of the system, numbered. Bounded: a reader that comes too late misses the oldest. */
export interface EventLog {
  publish(event: NewEvent): void;
  after(seq: number): readonly EngineEventRecord[];
  subscribe(listener: (event: EngineEventRecord) => void): () => void;
}

const KEPT_EVENTS = 2_000;

/** @param onListenerError told when a listener threw and was let go */
export function createEventLog(
  now: () => number,
  onListenerError: (error: unknown) => void = () => {},
): EventLog {
  const events: EngineEventRecord[] = [];
  const listeners = new Set<(event: EngineEventRecord) => void>();
  let seq = 0;
  return {
    publish(event) {
      seq += 1;
      // The union member that came in is the one that goes out; the spread loses that in the types only.
      const record = { ...event, seq, at: now() } as EngineEventRecord;
      events.push(record);
      if (events.length > KEPT_EVENTS) events.splice(0, events.length - KEPT_EVENTS);
      for (const listener of [...listeners]) {
        try {
          listener(record);
        } catch (error) {
          // A listener that fails hears no more; the engine goes on.
          listeners.delete(listener);
          onListenerError(error);
        }
      }
    },
    after: (last) => events.filter((event) => event.seq > last),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
