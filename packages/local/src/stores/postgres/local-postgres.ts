import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreSnapshot, StoreState } from '@breakwater/protocol';
import { EngineError } from '../../state/engine-error.ts';
import { createRedactor } from '../redact.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { syncDataDirectory } from './data-directory.ts';
import { checkDelay, type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { clearLeftovers, killServerProcesses } from './leftovers.ts';
import { claimFolder } from './owner.ts';
import { choosePort } from './ports.ts';
import { prepareDatabase } from './prepare.ts';
import { launchServer, type RunningServer, shutDown, waitUntilAccepting } from './server.ts';
import type { PostgresOptions, PostgresStore } from './start-postgres.ts';
import { createTurns } from './turns.ts';

/** Pauses before a server that ended by itself is started again; after the last it stays down. */
const RESTART_PAUSES_MS = [0, 200, 500, 1_000, 2_000, 5_000] as const;
/** A server that ran this long was well; its end begins with a short pause again. */
const STABLE_AFTER_MS = 10_000;
/** Replaying the log after a crash takes its time on a slow disk. */
const READY_TIMEOUT_MS = 60_000;

/** The life of one local server: started, watched, started again, slowed, stopped. Made by `startPostgres`. */
export class LocalPostgres implements PostgresStore {
  readonly kind = 'postgresql';
  readonly host = '127.0.0.1';
  readonly key: string;
  readonly port: number;
  readonly databaseName: string;
  readonly username: string;

  readonly #options: PostgresOptions;
  #cluster: Cluster;
  #redact: (text: string) => string;
  /** Gives the folder back; null when it was. */
  #release: (() => Promise<void>) | null;
  #state: StoreState = 'starting';
  #problem: string | null = null;
  #version: string | null = null;
  #server: RunningServer | null = null;
  /** Where the server itself listens: {@link port}, unless the proxy is there. */
  #serverPort: number;
  #proxy: DelayProxy | null = null;
  #delayMs = 0;
  /** While a new data directory is being brought to the disk. */
  #syncing: Promise<boolean> | null = null;
  #startedAt = 0;
  #restarts = 0;
  /** Ends the pause before a restart when a person asks for something else. */
  #wake = new AbortController();
  readonly #inTurn = createTurns();

  constructor(options: PostgresOptions, cluster: Cluster, port: number, release: () => Promise<void>) {
    this.key = options.key;
    this.port = port;
    this.databaseName = options.plan.databaseName;
    this.username = options.username ?? 'postgres';
    this.#options = options;
    this.#cluster = cluster;
    this.#redact = createRedactor(Object.values(cluster.passwords));
    this.#release = release;
    this.#serverPort = port;
  }

  get caFile(): string | null {
    return this.#cluster.authority?.file ?? null;
  }

  snapshot(): StoreSnapshot {
    return {
      name: this.key,
      kind: this.kind,
      state: this.#state,
      address: `postgresql://${this.host}:${this.port}/${this.databaseName}`,
      version: this.#version,
      pid: this.#server?.pid ?? null,
      problem: this.#problem,
    };
  }

  connectionFields(): Readonly<Record<string, string>> {
    return {
      engine: 'postgres',
      host: this.host,
      port: String(this.port),
      dbname: this.databaseName,
      username: this.username,
      password: this.#cluster.passwords[this.username] ?? '',
    };
  }

  /** The first start, on the cluster given; rejects when it fails. */
  startFirst(): Promise<void> {
    return this.#inTurn(async () => {
      this.#options.onState('starting', null);
      await this.#launch();
      this.#setRunning();
      if (this.#cluster.fresh) void this.#sync();
    });
  }

  start(): Promise<void> {
    return this.#interrupting(async () => {
      if (this.#server !== null) return;
      this.#setState('starting');
      try {
        this.#release ??= await claimFolder(this.#options.directory);
        this.#cluster = await openCluster(this.#options);
        this.#redact = createRedactor(Object.values(this.#cluster.passwords));
        await this.#launch();
        this.#restarts = 0;
        this.#setRunning();
      } catch (error) {
        this.#setState('failed', messageOf(error));
        throw error;
      }
    });
  }

  stop(): Promise<void> {
    return this.#interrupting(async () => {
      if (this.#release === null) return;
      this.#setState('stopping');
      const server = this.#takeServer();
      await this.#closeProxy();
      if (server !== null) await shutDown(server, this.#cluster.dataDirectory);
      await this.#syncing;
      await this.#release();
      this.#release = null;
      this.#setState('stopped');
    });
  }

  crash(): Promise<void> {
    return this.#interrupting(async () => {
      const server = this.#takeServer();
      await killServerProcesses(this.#cluster.dataDirectory);
      await server?.ended;
      await this.#closeProxy();
      this.#setState('stopped', 'It was stopped on purpose, as by a crash.');
    });
  }

  /**
   * Delays every answer. The first time, a proxy takes the server's place at its port, and the server starts again
   * behind it: connections break once, as in a failover, and new ones wait until it is back. From then on the delay
   * changes without a break. Until the first time nothing stands between tasks and server, and nothing is slower.
   */
  setDelay(delayMs: number): Promise<void> {
    return this.#inTurn(async () => {
      checkDelay(delayMs);
      if (this.#server === null) {
        throw new EngineError(
          'CONFLICT',
          `The database ${this.key} is not running, so it cannot be slowed.`,
          'Start it first.',
        );
      }
      if (delayMs > 0) this.#proxy ??= await this.#insertProxy(this.#server);
      this.#proxy?.setDelay(delayMs);
      this.#delayMs = delayMs;
      this.#setRunning();
    });
  }

  async #sync(): Promise<void> {
    this.#syncing = syncDataDirectory({ ...this.#cluster, marker: this.#options.marker });
    if (!(await this.#syncing) && this.#state === 'running') {
      this.#options.onLog('The new data directory could not be written through to the disk.');
    }
  }

  async #insertProxy(server: RunningServer): Promise<DelayProxy> {
    let proxy: DelayProxy | null = null;
    this.#takeServer();
    try {
      await shutDown(server, this.#cluster.dataDirectory);
      proxy = await startDelayProxy({ port: this.port, upstreamPort: () => this.#serverPort });
      proxy.hold();
      this.#serverPort = await choosePort(this.#options.ports, null);
      await this.#launch();
      proxy.release();
      return proxy;
    } catch (error) {
      await proxy?.close();
      this.#serverPort = this.port;
      this.#setState('failed', messageOf(error));
      throw error;
    }
  }

  async #closeProxy(): Promise<void> {
    await this.#proxy?.close();
    this.#proxy = null;
    this.#delayMs = 0;
    this.#serverPort = this.port;
  }

  /** Starts the server and returns when it can be used. */
  async #launch(): Promise<void> {
    const { directory, marker, onLog } = this.#options;
    const port = this.#serverPort;
    this.#startedAt = performance.now();
    const onLine = (line: string): void => onLog(this.#redact(line));
    const server = await launchServer({ ...this.#cluster, port, marker, onLine });
    try {
      await waitUntilAccepting(server, { directory, port, timeoutMs: READY_TIMEOUT_MS });
      this.#version = await prepareDatabase({
        directory,
        port,
        username: this.username,
        databaseName: this.databaseName,
        passwords: this.#cluster.passwords,
        fresh: this.#cluster.fresh && this.#version === null,
        ca: this.#cluster.authority?.certificate ?? null,
      });
    } catch (error) {
      await shutDown(server, this.#cluster.dataDirectory);
      throw error;
    }
    this.#server = server;
    void server.ended.then((how) => {
      // Ended on purpose: somebody took it before.
      if (this.#server !== server) return;
      this.#server = null;
      void this.#inTurn(() => this.#restart(how));
    });
  }

  async #restart(how: string): Promise<void> {
    // Meanwhile a person may have started or stopped it.
    if (this.#server !== null || this.#state === 'stopped') return;
    if (performance.now() - this.#startedAt > STABLE_AFTER_MS) this.#restarts = 0;
    let why = `PostgreSQL ended by itself (${how})`;
    for (;;) {
      const pause = (this.#options.restartPausesMs ?? RESTART_PAUSES_MS)[this.#restarts];
      if (pause === undefined) {
        this.#setState('failed', `${why}, and starting it again ${this.#restarts} times did not help.`);
        return;
      }
      this.#restarts += 1;
      this.#setState('starting', `${why}; it is being started again.`);
      try {
        await sleep(pause, undefined, { signal: this.#wake.signal });
      } catch {
        return; // Something else was asked for, which comes next.
      }
      try {
        // Backends may outlive their postmaster for a moment, and no other may start meanwhile.
        await clearLeftovers(this.#cluster.dataDirectory);
        await this.#launch();
        this.#setRunning();
        return;
      } catch (error) {
        why = messageOf(error);
      }
    }
  }

  /** From here on the server's end is meant. */
  #takeServer(): RunningServer | null {
    const server = this.#server;
    this.#server = null;
    return server;
  }

  /** In turn, but without waiting for the pause before a restart. */
  #interrupting(operation: () => Promise<void>): Promise<void> {
    this.#wake.abort();
    return this.#inTurn(() => {
      this.#wake = new AbortController();
      return operation();
    });
  }

  #setRunning(): void {
    this.#setState(this.#delayMs > 0 ? 'slow' : 'running');
  }

  #setState(state: StoreState, problem: string | null = null): void {
    const shown = problem === null ? null : this.#redact(problem);
    if (state === this.#state && shown === this.#problem) return;
    this.#state = state;
    this.#problem = shown;
    this.#options.onState(state, shown);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
