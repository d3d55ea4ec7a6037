import type { Engine } from '@breakwater/local';
import type { Diagnostic, Plan } from '@breakwater/plan';
import type { EngineEventRecord } from '@breakwater/protocol';
import { prepareEngine, type RunOptions } from '../engine-options.ts';
import { formatError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { onInterruption } from '../interruption.ts';
import { renderEvent, renderLogLine } from '../render/moments.ts';
import { isWorthALine, renderProgress } from '../render/progress.ts';
import { renderReady } from '../render/ready.ts';
import { plural } from '../render/units.ts';
import { formatFindings, loadPlan, noteWarnings } from '../resolve-plan.ts';
import { errStyle, note, onBrokenPipe, outStyle, print, printRecord } from '../terminal.ts';
import { watchDefinition } from '../watch-definition.ts';

/** Options of `breakwater dev`. */
export interface DevOptions extends RunOptions {
  /** Whether the services' log lines are shown; the detached engine only keeps them. */
  readonly logs: boolean;
}

/** Time for requests, stores and files beyond the tasks' own stop timeout, before the end is forced. */
const STOP_MARGIN_MS = 30_000;

/** Source of the engine's own lines. */
const ENGINE = 'engine';

type Ending = 'stopped' | 'changed';

/** `breakwater dev`: runs the system in the foreground until Ctrl-C. */
export async function dev(options: DevOptions): Promise<void> {
  // `ps` shows the arguments of every process to every user; this hides them, whatever they hold.
  process.title = 'breakwater dev';
  while ((await runOnce(options)) === 'changed');
}

async function runOnce(options: DevOptions): Promise<Ending> {
  const beganAt = Date.now();
  const loaded = await loadPlan(options);
  await noteWarnings(loaded);
  const prepared = prepareEngine(loaded.plan, loaded.directory, options, process.env);
  if (prepared.exposedPassword) noteExposedPassword();

  const life = new EngineLife(loaded.plan);
  const forget = onInterruption(life.end, life.kill);
  onBrokenPipe(() => life.end('EPIPE'));
  process.on('uncaughtException', life.crash);
  try {
    const { checkPlan, startEngine } = await import('@breakwater/local');
    await noteGaps(checkPlan(loaded.plan, Object.keys(prepared.options.databaseUrls ?? {})));
    note(errStyle.dim(`Starting ${loaded.plan.system} ${loaded.plan.env} (Ctrl-C stops it) …`));
    const shown = new EventDisplay(options, beganAt);
    const engine = await startUnlessEnded(life, () =>
      startEngine({ ...prepared.options, onEvent: shown.show, signal: life.signal }),
    );
    if (engine === null) return life.endedBy === 'change' ? 'changed' : 'stopped';
    life.begin(engine);
    const hideLogs = options.logs ? showLogs(engine, options) : () => {};
    const unwatch = options.watch ? watchDefinition(loaded, options, () => life.end('change')) : () => {};
    try {
      await untilReady(engine, life);
      if (life.endedBy === null) shown.ready(engine);
      await engine.stopped;
    } finally {
      unwatch();
      hideLogs();
    }
    if (life.endedBy === 'change') return 'changed';
    note(`${errStyle.green('✓')} ${loaded.plan.system} ${loaded.plan.env} has stopped.`);
    return 'stopped';
  } finally {
    process.off('uncaughtException', life.crash);
    forget();
  }
}

/** The wishes to end that reach an engine, also those that come before it exists. */
class EngineLife {
  readonly #plan: Plan;
  readonly #abort = new AbortController();
  #engine: Engine | null = null;
  /** Who wanted the end, null while nobody did. */
  endedBy: string | null = null;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Aborted when the end is wanted while the engine is still starting. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Hands over the engine once it is there; stops it if that was wanted meanwhile. */
  begin(engine: Engine): void {
    this.#engine = engine;
    if (this.endedBy !== null) this.#stop();
  }

  /** Stops the engine in order. */
  readonly end = (reason: string): void => {
    if (this.endedBy !== null) return;
    this.endedBy = reason;
    this.#stop();
  };

  /** Ends everything at once. */
  readonly kill = (): void => {
    this.#engine?.killNow();
    note(errStyle.yellow('Killed: every task and store was ended at once.'));
    process.exit(EXIT.interrupted);
  };

  /** A defect of the engine: nothing that it started may outlive it. */
  readonly crash = (error: unknown): void => {
    note(formatError(error, errStyle));
    this.#engine?.killNow();
    process.exit(EXIT.error);
  };

  #stop(): void {
    if (!this.#engine) {
      note(errStyle.dim('It is still starting: ending what has begun. Ctrl-C again ends it at once.'));
      this.#abort.abort();
      return;
    }
    const { tasks, stores } = this.#engine.snapshot();
    const running = tasks.filter((task) => task.state !== 'STOPPED').length;
    const open = tasks.reduce((sum, task) => sum + task.inFlight, 0);
    const waits = [
      ...(open > 0 ? [plural(open, 'request in flight', 'requests in flight')] : []),
      plural(running, 'task'),
      ...(stores.length > 0 ? [plural(stores.length, 'store')] : []),
    ].join(', ');
    note(`\nStopping: waiting for ${waits}. ${errStyle.dim('Ctrl-C again ends everything at once.')}`);
    const longest = Math.max(
      0,
      ...Object.values(this.#plan.services).map((service) => service.stopTimeoutSeconds),
    );
    setTimeout(this.crash, longest * 1000 + STOP_MARGIN_MS, new Error('The engine does not end.')).unref();
    this.#engine.stop().catch((error: unknown) => {
      note(`${errStyle.red('error')} ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** Says what this machine does otherwise than AWS: what it leaves out in full, what only differs in a line. */
async function noteGaps(gaps: readonly Diagnostic[]): Promise<void> {
  const warnings = gaps.filter(({ severity }) => severity !== 'info');
  if (warnings.length > 0) note(await formatFindings(warnings));
  for (const { severity, path, message } of gaps) {
    if (severity === 'info') note(errStyle.dim(`note ${path}: ${message}`));
  }
}

/** Starts the engine; null when the end was wanted before it had started. */
async function startUnlessEnded(life: EngineLife, start: () => Promise<Engine>): Promise<Engine | null> {
  try {
    return await start();
  } catch (error) {
    if (life.signal.aborted) return null;
    throw error;
  }
}

/** Returns when the system answers, or has ended. @throws what keeps it from answering, after everything was stopped. */
async function untilReady(engine: Engine, life: EngineLife): Promise<void> {
  try {
    await Promise.race([engine.ready, engine.stopped]);
  } catch (error) {
    if (life.endedBy !== null) return;
    await engine.stop();
    throw error;
  }
}

/** Shows what happens: progress with durations until the system is ready, events with the time of day afterwards. */
class EventDisplay {
  readonly #options: DevOptions;
  readonly #beganAt: number;
  #ready = false;

  constructor(options: DevOptions, beganAt: number) {
    this.#options = options;
    this.#beganAt = beganAt;
  }

  readonly show = (event: EngineEventRecord): void => {
    if (this.#options.json) printRecord({ type: 'event', event });
    else if (isWorthALine(event))
      note(this.#ready ? renderEvent(event, errStyle) : renderProgress(event, this.#beganAt, errStyle));
  };

  ready(engine: Engine): void {
    this.#ready = true;
    const snapshot = engine.snapshot();
    if (this.#options.json) printRecord({ type: 'ready', snapshot });
    note(renderReady(snapshot, Date.now() - this.#beganAt, errStyle));
  }
}

/** Shows what tasks, builds and the engine write, as it comes; what stores write is in `breakwater logs`. */
function showLogs(engine: Engine, options: DevOptions): () => void {
  return engine.onLog((line) => {
    if (line.task === null && line.source !== ENGINE) return;
    if (options.json) printRecord({ type: 'log', log: line });
    else print(renderLogLine(line, outStyle));
  });
}

function noteExposedPassword(): void {
  note(
    `${errStyle.yellow('warning')} --database-url held a password: other users of this machine could see it in the process list,\n  and your shell keeps it in its history. Give it as --database-url @FILE, --database-url '$NAME', or BREAKWATER_DATABASE_URL.`,
  );
}
