import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreState } from '@breakwater/protocol';
import { killAll } from '../../processes/end-processes.ts';
import type { Guard } from '../../processes/guard.ts';
import type { ProcessMarker } from '../../processes/marker.ts';
import { findFreePort, type PortAllocator } from '../../processes/ports.ts';
import { type ProcessHandle, startProcess } from '../../processes/start-process.ts';
import { searchOf, stopProcess } from '../../processes/stop-process.ts';
import { EngineError } from '../../state/engine-error.ts';
import { createTurns } from '../postgres/turns.ts';
import {
  CONTROL_PREFIX,
  type ControlRequest,
  EVENT_PREFIX,
  type Principal,
  SETTINGS_VARIABLE,
  type ServerEvent,
  type ServerSettings,
} from './protocol.ts';

/** What a store server needs of the engine. */
export interface StoreServerOptions {
  readonly settings: Omit<ServerSettings, 'port' | 'token'>;
  readonly marker: ProcessMarker & { readonly store: string };
  readonly guard: Pick<Guard, 'watch' | 'forget'>;
  /** Where its port comes from; default: one that is ours until this process ends. */
  readonly ports?: Pick<PortAllocator, 'next'>;
  /** Pauses before a server that ended by itself is started again; after the last it stays down. */
  readonly restartPausesMs?: readonly number[];
  readonly onLog: (line: string) => void;
  readonly onState: (state: StoreState, problem: string | null) => void;
  readonly onEvent: (event: Extract<ServerEvent, { kind: 'refused' | 'expired' }>) => void;
}

/** The process that serves all tables, or all buckets, of a system. Its port never changes while the engine lives. */
export interface StoreServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly pid: number | null;
  readonly state: StoreState;
  readonly problem: string | null;
  /** Does nothing when it runs. @throws EngineError */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL. What was acknowledged is there after {@link start}. */
  crash(): Promise<void>;
  /** Makes keys hold; resolves when the server knows them, or is down: it will be told when it starts. */
  begin(principal: Principal): Promise<void>;
  end(accessKeyId: string): Promise<void>;
  setDelay(store: string, milliseconds: number): Promise<void>;
}

const RESTART_PAUSES_MS = [0, 200, 500, 1_000, 2_000, 5_000] as const;
/** A server that ran this long was well. */
const STABLE_AFTER_MS = 10_000;
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

/** The server's program, as this package offers it: the same file whether we run from sources or not. */
const PROGRAM = '@breakwater/local/store-server';

/** Prepares a server; nothing runs before `start()`. */
export async function createStoreServer(options: StoreServerOptions): Promise<StoreServer> {
  const { marker, guard, restartPausesMs = RESTART_PAUSES_MS } = options;
  const port = await (options.ports?.next() ?? findFreePort());
  const token = randomBytes(32).toString('base64url');
  const settings: ServerSettings = { ...options.settings, port, token };
  const endpoint = `http://127.0.0.1:${port}`;
  const principals = new Map<string, Principal>();
  const delays: Record<string, number> = {};
  const inTurn = createTurns();
  let running: ProcessHandle | null = null;
  let state: StoreState = 'stopped';
  let problem: string | null = null;
  let restarts = 0;
  let wake = new AbortController();

  const enter = (next: StoreState, why: string | null = null): void => {
    if (next === state && why === problem) return;
    state = next;
    problem = why;
    options.onState(next, why);
  };

  async function tell(request: ControlRequest): Promise<void> {
    const response = await fetch(`${endpoint}${CONTROL_PREFIX}settings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
    });
    if (response.status !== 204)
      throw new Error(`${marker.store} answered its control request with ${response.status}.`);
  }
  /** A server that is down is told everything when it starts. */
  const tellIfRunning = async (request: ControlRequest): Promise<void> => {
    if (running !== null) await tell(request).catch(() => {});
  };

  async function launch(): Promise<void> {
    await mkdir(settings.directory, { recursive: true, mode: 0o700 });
    const startedAt = performance.now();
    let hear = (_event: ServerEvent): void => {};
    const first = new Promise<ServerEvent>((resolve) => {
      hear = resolve;
    });
    const last: string[] = [];
    const started = await startProcess({
      command: process.execPath,
      args: [createRequire(import.meta.url).resolve(PROGRAM)],
      cwd: settings.directory,
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        NODE_ENV: 'production',
        [SETTINGS_VARIABLE]: JSON.stringify(settings),
      },
      marker,
      onLine: (stream, line) => {
        if (stream === 'stdout' && line.startsWith(EVENT_PREFIX)) {
          // Our own server writes it.
          const event = JSON.parse(line.slice(EVENT_PREFIX.length)) as ServerEvent;
          if (event.kind === 'refused' || event.kind === 'expired') options.onEvent(event);
          else hear(event);
          return;
        }
        last.push(line);
        if (last.length > 8) last.shift();
        options.onLog(line);
      },
    });
    guard.watch({ kind: 'store', name: marker.store, pid: started.pid, startedAt: started.startedAt });
    void started.exited.then(() => guard.forget(started.pid));
    const abort = new AbortController();
    const outcome = await Promise.race([
      first,
      started.exited.then(() => 'ended' as const),
      sleep(READY_TIMEOUT_MS, 'late' as const, { signal: abort.signal }).catch(() => 'late' as const),
    ]);
    abort.abort();
    if (outcome === 'ended' || outcome === 'late' || outcome.kind !== 'listening') {
      await killAll(searchOf(started));
      if (typeof outcome === 'object' && outcome.kind === 'failed')
        throw new EngineError(outcome.code, outcome.message, outcome.fix);
      const said = last.map((line) => `  ${line}`).join('\n');
      const what =
        outcome === 'late' ? `was not ready after ${READY_TIMEOUT_MS / 1_000} s` : 'ended while it started';
      throw new EngineError(
        'STORE_FAILED',
        `The local ${settings.kind} server ${what}. The last it said:\n${said}`,
        null,
      );
    }
    running = started;
    await tell({ begin: [...principals.values()], delays });
    void started.exited.then(({ exitCode, signal }) => {
      // Ended on purpose: somebody took it before.
      if (running !== started) return;
      running = null;
      if (performance.now() - startedAt > STABLE_AFTER_MS) restarts = 0;
      void inTurn(() => restart(signal ?? `exit code ${exitCode}`));
    });
    enter('running');
  }

  async function restart(how: string): Promise<void> {
    if (running !== null || state === 'stopped') return;
    let why = `The local ${settings.kind} server ended by itself (${how})`;
    for (;;) {
      const pause = restartPausesMs[restarts];
      if (pause === undefined) {
        enter('failed', `${why}, and starting it again ${restarts} times did not help.`);
        return;
      }
      restarts += 1;
      enter('starting', `${why}; it is being started again.`);
      try {
        await sleep(pause, undefined, { signal: wake.signal });
      } catch {
        return; // Something else was asked for, which comes next.
      }
      try {
        await launch();
        return;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
  }

  /** In turn, but without waiting for the pause before a restart. */
  const interrupting = (operation: () => Promise<void>): Promise<void> => {
    wake.abort();
    return inTurn(() => {
      wake = new AbortController();
      return operation();
    });
  };
  const take = (): ProcessHandle | null => {
    const taken = running;
    running = null;
    return taken;
  };

  return {
    port,
    endpoint,
    get pid() {
      return running?.pid ?? null;
    },
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    start: () =>
      interrupting(async () => {
        if (running !== null) return;
        enter('starting');
        restarts = 0;
        try {
          await launch();
        } catch (error) {
          enter('failed', error instanceof Error ? error.message : String(error));
          throw error;
        }
      }),
    stop: () =>
      interrupting(async () => {
        const taken = take();
        if (taken === null && state === 'stopped') return;
        enter('stopping');
        if (taken !== null) await stopProcess(taken, { timeoutMs: STOP_TIMEOUT_MS });
        enter('stopped');
      }),
    crash: () =>
      interrupting(async () => {
        const taken = take();
        if (taken !== null) {
          await killAll(searchOf(taken));
          await taken.exited;
        }
        enter('stopped', 'It was stopped on purpose, as by a crash.');
      }),
    begin(principal) {
      principals.set(principal.accessKeyId, principal);
      return tellIfRunning({ begin: [principal] });
    },
    end(accessKeyId) {
      principals.delete(accessKeyId);
      return tellIfRunning({ end: [accessKeyId] });
    },
    setDelay(store, milliseconds) {
      delays[store] = milliseconds;
      return tellIfRunning({ delays: { [store]: milliseconds } });
    },
  };
}
