import { createControlClient } from '../control-client.ts';
import { prepareEngine, type RunOptions } from '../engine-options.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { onInterruption } from '../interruption.ts';
import { type Engine, loadLocal } from '../local-contract.ts';
import { renderEvent, renderLogLine } from '../render/moments.ts';
import { isWorthALine, renderProgress } from '../render/progress.ts';
import { renderReady } from '../render/ready.ts';
import { plural } from '../render/units.ts';
import { loadPlan, noteWarnings } from '../resolve-plan.ts';
import { errStyle, note, onBrokenPipe, outStyle, print, printRecord } from '../terminal.ts';
import { watchDefinition } from '../watch-definition.ts';

/** Options of `breakwater dev`. */
export interface DevOptions extends RunOptions {
  /** Whether the services' log lines are shown; the detached engine only keeps them. */
  readonly logs: boolean;
}

type Ending = 'stopped' | 'changed';

/** `breakwater dev`: runs the system in the foreground until Ctrl-C. */
export async function dev(options: DevOptions): Promise<void> {
  // `ps` shows the arguments of every process to every user; this hides them, whatever they hold.
  process.title = 'breakwater dev';
  let again = true;
  while (again) again = (await runOnce(options)) === 'changed';
}

async function runOnce(options: DevOptions): Promise<Ending> {
  const beganAt = Date.now();
  const loaded = await loadPlan(options);
  await noteWarnings(loaded);
  const prepared = prepareEngine(loaded.plan, loaded.directory, options, process.env);
  if (prepared.exposedPassword) noteExposedPassword();

  const life = new EngineLife();
  const forget = onInterruption(life.end, life.kill);
  onBrokenPipe(() => life.end('EPIPE'));
  try {
    const { startEngine } = await loadLocal();
    note(errStyle.dim(`Starting ${loaded.plan.system} ${loaded.plan.env} (Ctrl-C stops it) …`));
    const engine = await startEngine(prepared.options);
    life.begin(engine);
    const unsubscribe = showEvents(engine, options, beganAt);
    const logs = options.logs ? showLogs(engine, options) : null;
    const unwatch = options.watch ? watchDefinition(loaded, options, () => life.end('change')) : () => {};
    try {
      await untilReady(engine, life, options);
      await engine.stopped;
    } finally {
      unwatch();
      unsubscribe();
      await logs;
    }
    return life.endedBy === 'change' ? 'changed' : 'stopped';
  } finally {
    forget();
  }
}

/** The wishes to end that reach an engine, also those that come before it exists. */
class EngineLife {
  #engine: Engine | null = null;
  /** Who wanted the end, null while nobody did. */
  endedBy: string | null = null;

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

  #stop(): void {
    if (!this.#engine) {
      note(errStyle.dim('It is still starting; it stops as soon as it can. Ctrl-C again ends it at once.'));
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
    this.#engine.stop().catch((error: unknown) => {
      note(`${errStyle.red('error')} ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

async function untilReady(engine: Engine, life: EngineLife, options: DevOptions): Promise<void> {
  const outcome = await Promise.race([
    engine.ready.then(
      () => 'ready' as const,
      (error: unknown) => ({ error }),
    ),
    engine.stopped.then(() => 'stopped' as const),
  ]);
  if (outcome === 'ready') {
    if (options.json) printRecord({ type: 'ready', snapshot: engine.snapshot() });
    note(renderReady(engine.snapshot(), errStyle));
    return;
  }
  if (outcome === 'stopped' || life.endedBy !== null) return;
  await engine.stop();
  throw outcome.error;
}

function showEvents(engine: Engine, options: DevOptions, beganAt: number): () => void {
  let ready = false;
  engine.ready.then(
    () => {
      ready = true;
    },
    () => {},
  );
  return engine.subscribe((event) => {
    if (options.json) printRecord({ type: 'event', event });
    else if (isWorthALine(event))
      note(ready ? renderEvent(event, errStyle) : renderProgress(event, beganAt, errStyle));
  });
}

/** Shows the tasks' log lines as they come; what stores and engine write is in `breakwater logs`. */
async function showLogs(engine: Engine, options: DevOptions): Promise<void> {
  const ended = new AbortController();
  void engine.stopped.then(() => ended.abort());
  try {
    for await (const line of createControlClient(engine.file).logs({
      follow: true,
      tail: 0,
      signal: ended.signal,
    })) {
      if (line.task === null) continue;
      if (options.json) printRecord({ type: 'log', log: line });
      else print(renderLogLine(line, outStyle));
    }
  } catch (error) {
    if (!ended.signal.aborted)
      note(
        `${errStyle.yellow('warning')} The logs cannot be followed: ${error instanceof CliError ? (error.why ?? error.message) : String(error)}`,
      );
  }
}

function noteExposedPassword(): void {
  note(
    `${errStyle.yellow('warning')} --database-url held a password: other users of this machine could see it in the process list,\n  and your shell keeps it in its history. Give it as --database-url @FILE, --database-url '$NAME', or BREAKWATER_DATABASE_URL.`,
  );
}
