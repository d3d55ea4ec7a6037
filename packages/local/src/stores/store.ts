import type { StoreSnapshot } from '@breakwater/protocol';

/**
 * A store of the system as the engine sees it: a real server that this machine runs, or one that the user brought.
 *
 * The address that tasks are given never changes while the engine lives, whatever happens to the server behind it.
 * Operations are carried out one after the other in the order in which they were asked for.
 */
export interface Store {
  /** The store's name in the definition. */
  readonly key: string;
  readonly kind: StoreSnapshot['kind'];
  /** What the store looks like now; cheap, no input or output. */
  snapshot(): StoreSnapshot;
  /**
   * What a task needs to use the store, by the names that AWS's secret or environment would hold:
   * `host`, `port`, `dbname`, `username`, `password` for a database. Contains secrets: never log it.
   */
  connectionFields(): Readonly<Record<string, string>>;
  /** Brings back a store that was stopped or crashed; does nothing when it runs. */
  start(): Promise<void>;
  /** Ends the store cleanly and gives up its folder. */
  stop(): Promise<void>;
  /** Ends the store at once, as a power cut would; what was committed must be there after {@link start}. */
  crash(): Promise<void>;
  /** Delays every answer by so many milliseconds; 0 ends it. */
  setDelay(delayMs: number): Promise<void>;
}
