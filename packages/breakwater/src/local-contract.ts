import type { Plan } from '@breakwater/plan';
import type { EngineEventRecord, EngineFile, Snapshot } from '@breakwater/protocol';

/** What the engine is started with. */
export interface EngineOptions {
  readonly plan: Plan;
  /** Folder of the definition. */
  readonly directory: string;
  /** Port of the router. Default: 8080, or the next free one. */
  readonly port?: number;
  readonly timeScale?: number;
  /** Servers of the user's own, by store. */
  readonly databaseUrls?: Readonly<Record<string, string>>;
  /** Commands that take the place of the plan's, by service. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Whether a change of a service's source deploys it. */
  readonly watch: boolean;
}

/** A running engine. */
export interface Engine {
  snapshot(): Snapshot;
  subscribe(listener: (event: EngineEventRecord) => void): () => void;
  readonly ready: Promise<void>;
  readonly stopped: Promise<void>;
  readonly file: EngineFile;
  stop(): Promise<void>;
  killNow(): void;
}

/** What the command line uses of `@breakwater/local`. */
export interface LocalModule {
  startEngine(options: EngineOptions): Promise<Engine>;
  /** Which engine the folder's file speaks of, and whether it still runs. */
  readEngineFile(
    directory: string,
  ): Promise<
    { readonly state: 'none' } | { readonly state: 'running' | 'stale'; readonly engine: EngineFile }
  >;
}

/** Loads the engine: heavy, so only where it is needed. */
export async function loadLocal(): Promise<LocalModule> {
  const module: unknown = await import('@breakwater/local');
  // The package exports these two; the interface above is the part of it that is used here.
  return module as LocalModule;
}

/** The engine that runs in a folder; null where none does. */
export async function readRunningEngine(directory: string): Promise<EngineFile | null> {
  const status = await (await loadLocal()).readEngineFile(directory);
  return status.state === 'running' ? status.engine : null;
}
