import type { Plan } from '@breakwater/plan';
import type { EngineEventRecord, EngineFile, LogLine, Snapshot } from '@breakwater/protocol';

/** How a system is to run here. */
export interface EngineOptions {
  readonly plan: Plan;
  /** Folder of the definition; the engine's own files go to `.breakwater` in it. */
  readonly directory: string;
  /** Port of the router. Default: 8080, or the next free one. */
  readonly port?: number;
  /** How much faster than real time alarms, autoscaling, health checks and bakes run. Default 1. */
  readonly timeScale?: number;
  /** Database servers of one's own in place of the engine's: database of the plan → URL. */
  readonly databaseUrls?: Readonly<Record<string, string>>;
  /** Whether the engine's own databases take encrypted connections only, as on AWS. Default false. */
  readonly databaseTls?: boolean;
  /** Commands in place of the plan's: service → words. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Whether a change of a service's source deploys it. */
  readonly watch: boolean;
  /** Version of the tool, for the snapshot. */
  readonly version?: string;
  /** Ends a start that is under way: `startEngine` then rejects with STOPPED, and nothing is left running. */
  readonly signal?: AbortSignal;
  /** Hears every event from the very first, also those before `startEngine` resolves. */
  readonly onEvent?: (event: EngineEventRecord) => void;
}

/** A running system. */
export interface Engine {
  readonly file: EngineFile;
  /** Resolves when every service answers through the router; rejects with an EngineError when one cannot. */
  readonly ready: Promise<void>;
  /** Resolves when everything has ended. */
  readonly stopped: Promise<void>;
  snapshot(): Snapshot;
  subscribe(listener: (event: EngineEventRecord) => void): () => void;
  /** Lines of tasks, builds, stores and the engine from now on. */
  onLog(listener: (line: LogLine) => void): () => void;
  /** Ends everything in good order: requests first, then tasks, then stores. */
  stop(): Promise<void>;
  /** SIGKILL to everything, at once. What was under way, also a stop, ends by itself afterwards. */
  killNow(): void;
}
