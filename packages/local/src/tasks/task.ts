import type { TaskState } from '@breakwater/protocol';
import { killAll } from '../processes/end-processes.ts';
import type { Guard } from '../processes/guard.ts';
import { type ProcessHandle, startProcess } from '../processes/start-process.ts';
import { searchOf, stopProcess } from '../processes/stop-process.ts';
import { EngineError } from '../state/engine-error.ts';
import { taskEnvironment } from './environment.ts';
import type { TaskMetadata, UsagePair } from './metadata-document.ts';
import type { MetadataRegistration, MetadataServer } from './metadata-server.ts';
import { substitutePort } from './port-reference.ts';
import type { ResolvedProcess } from './resolve-process.ts';
import { containerExitCode, exitMeaning, type StopCode } from './stop-reason.ts';
import { createTail } from './tail.ts';
import { createTaskId } from './task-id.ts';

/** What a task is and where it would be. */
export interface TaskIdentity {
  /** Default: a new one. */
  readonly id?: string;
  readonly service: string;
  readonly family: string;
  readonly revision: number;
  readonly container: string;
  readonly image: string;
  readonly cluster: string;
  readonly account: string;
  readonly region: string;
  readonly zone: string;
  readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** What happens between the states; the engine's part. An error in a hook is told by `onWarning` and stops nothing. */
export interface TaskHooks {
  /** In ACTIVATING, when the process has started: registers the target. */
  readonly afterStart?: (task: Task) => Promise<void> | void;
  /**
   * In DEACTIVATING: deregisters the target and waits until it has drained. `alive` is false when the process has ended by itself;
   * then there is nothing to wait for. Its end while this waits ends the wait.
   */
  readonly beforeStop?: (task: Task, alive: boolean) => Promise<void> | void;
  /** Each state in turn, at the moment it is entered. */
  readonly onState: (task: Task, state: TaskState) => void;
  /** Each line that it writes. */
  readonly onLine: (task: Task, stream: 'stdout' | 'stderr', line: string) => void;
  readonly onWarning?: (task: Task, message: string) => void;
}

export interface TaskOptions {
  readonly identity: TaskIdentity;
  readonly process: ResolvedProcess;
  /** Of the definition, references and secrets resolved. */
  readonly environment: Readonly<Record<string, string>>;
  /** The user's environment, of which little is passed on: `process.env`. */
  readonly userEnvironment: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  readonly engineId: string;
  readonly guard: Pick<Guard, 'watch' | 'forget'>;
  readonly metadata: MetadataServer | null;
  /** For the metadata endpoint's statistics. */
  readonly usage?: () => UsagePair;
  readonly hooks: TaskHooks;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface StopOptions {
  readonly stopCode: Exclude<StopCode, 'EssentialContainerExited' | 'TaskFailedToStart'>;
  /** A sentence, as in `stoppedReason`. */
  readonly reason: string;
  readonly stopTimeoutSeconds: number;
  /** Skips the `beforeStop` hook: for an engine that stops as a whole. Default false. */
  readonly skipHook?: boolean;
}

/** One task: a process on this machine that lives through ECS's states. */
export interface Task extends TaskIdentity {
  readonly id: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly state: TaskState;
  readonly pid: number | null;
  /** Number of its process group, for the usage sampler. */
  readonly pgid: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly stoppedAt: number | null;
  readonly stopCode: StopCode | null;
  readonly stoppedReason: string | null;
  readonly exitCode: number | null;
  /** Whether its end was not asked for: what counts as a failure for back-off and circuit breaker. */
  readonly failed: boolean;
  /** Its last 20 lines, oldest first. */
  lastLines(): readonly string[];
  /** Why it stopped, for people, with what to do where that is known; null while it runs. */
  explanation(): string | null;
  /** Starts it; resolves when it is RUNNING, or STOPPED because it could not start. Call once. Never rejects. */
  start(): Promise<void>;
  /** Stops it in good order; resolves when it is STOPPED. A second call waits for the same end. */
  stop(options: StopOptions): Promise<void>;
  /** SIGKILL to all of its processes, whatever it is doing. Resolves when it is STOPPED. */
  kill(): Promise<void>;
  /** Resolves when it is STOPPED. */
  readonly stopped: Promise<void>;
}

/** Prepares a task in PROVISIONING; nothing runs before `start()`. */
export function createTask(options: TaskOptions): Task {
  const { identity, process: source, guard, hooks, port, engineId, metadata, now = Date.now } = options;
  const id = identity.id ?? createTaskId();
  const tail = createTail(20);
  const createdAt = now();
  let state: TaskState = 'PROVISIONING';
  let handle: ProcessHandle | null = null;
  let registration: MetadataRegistration | null = null;
  let startedAt: number | null = null;
  let stoppedAt: number | null = null;
  let stopCode: StopCode | null = null;
  let stoppedReason: string | null = null;
  let startError: EngineError | null = null;
  let ending: Promise<void> | null = null;
  let starting: Promise<void> | null = null;
  let markStopped = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    markStopped = resolve;
  });

  const exitCode = (): number | null => (handle?.exit == null ? null : containerExitCode(handle.exit));
  const enter = (next: TaskState): void => {
    state = next;
    if (next === 'STOPPED') stoppedAt = now();
    hooks.onState(task, next);
  };
  const runHook = async (name: string, hook: () => Promise<void> | void): Promise<void> => {
    try {
      await hook();
    } catch (error) {
      hooks.onWarning?.(task, `${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const describe = (): TaskMetadata => ({
    ...identity,
    id,
    state,
    desiredStatus: ending === null ? 'RUNNING' : 'STOPPED',
    createdAt,
    startedAt,
    exitCode: exitCode(),
  });

  const launch = async (): Promise<void> => {
    enter('PENDING');
    registration =
      metadata?.register({
        metadata: describe,
        usage: options.usage ?? (() => ({ previous: null, current: null })),
      }) ?? null;
    try {
      handle = await startProcess({
        command: substitutePort(source.command, port),
        args: isShellLine(source)
          ? source.args
          : source.args.map((argument) => substitutePort(argument, port)),
        cwd: source.cwd,
        env: taskEnvironment({
          user: options.userEnvironment,
          image: source.environment,
          path: source.path,
          given: options.environment,
          port,
          region: identity.region,
          metadataUrl: registration?.url ?? null,
        }),
        marker: { engineId, task: id },
        onLine: (stream, line) => {
          tail.add(line);
          hooks.onLine(task, stream, line);
        },
      });
    } catch (error) {
      startError =
        error instanceof EngineError ? error : new EngineError('COMMAND_FAILED', String(error), null, error);
      // A stop that came meanwhile waits for this launch: waiting for the stop here would never end.
      if (ending !== null) return;
      await begin('TaskFailedToStart', `CannotStartContainerError: ${startError.message}`, 0, true);
      return;
    }
    const started = handle;
    guard.watch({ kind: 'task', name: id, pid: started.pid, startedAt: started.startedAt });
    void started.exited.then(() => {
      begin('EssentialContainerExited', 'Essential container in task exited', 0, false);
    });
    if (ending !== null) return;
    enter('ACTIVATING');
    await runHook('Registering the target', () => hooks.afterStart?.(task));
    if (ending !== null) return;
    startedAt = now();
    enter('RUNNING');
  };

  /** The way to STOPPED; the first reason counts. */
  const begin = (code: StopCode, reason: string, timeoutMs: number, skipHook: boolean): Promise<void> => {
    if (ending !== null) return ending;
    stopCode = code;
    stoppedReason = reason;
    ending = end(timeoutMs, skipHook).finally(markStopped);
    return ending;
  };
  const end = async (timeoutMs: number, skipHook: boolean): Promise<void> => {
    // A launch that is under way is let finish, so that its process is known and can be stopped. Yields first, so that
    // `ending` is set before anything looks at it.
    await Promise.resolve();
    if (handle === null && startError === null && starting !== null) await starting;
    if (handle !== null) {
      enter('DEACTIVATING');
      const alive = handle.exit === null;
      if (!skipHook) {
        const hook = runHook('Draining', () => hooks.beforeStop?.(task, alive));
        await (alive ? Promise.race([hook, handle.exited]) : hook);
      }
      enter('STOPPING');
      const result = await stopProcess(handle, { timeoutMs, signal: source.stopSignal });
      enter('DEPROVISIONING');
      if (result.left.length > 0) {
        hooks.onWarning?.(
          task,
          `Processes ${result.left.join(', ')} hang in the kernel and cannot be killed.`,
        );
      } else guard.forget(handle.pid);
    }
    registration?.remove();
    enter('STOPPED');
  };

  const task: Task = {
    ...identity,
    id,
    host: '127.0.0.1',
    port,
    createdAt,
    stopped,
    get state() {
      return state;
    },
    get pid() {
      return handle?.exit === null ? handle.pid : null;
    },
    get pgid() {
      return state === 'STOPPED' ? null : (handle?.pgid ?? null);
    },
    get startedAt() {
      return startedAt;
    },
    get stoppedAt() {
      return stoppedAt;
    },
    get stopCode() {
      return stopCode;
    },
    get stoppedReason() {
      return stoppedReason;
    },
    get exitCode() {
      return exitCode();
    },
    get failed() {
      return stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart';
    },
    lastLines: () => tail.lines(),
    explanation() {
      if (stopCode === null) return null;
      if (startError !== null) return [startError.message, startError.fix].filter(Boolean).join(' ');
      if (stopCode !== 'EssentialContainerExited') return stoppedReason;
      const code = exitCode();
      const meaning = exitMeaning(code);
      const how = code === null ? '' : ` with exit code ${code}${meaning === null ? '' : ` (${meaning})`}`;
      return `A task of service "${identity.service}" ended by itself${how}. Command: ${handle?.command ?? source.command}`;
    },
    start() {
      starting ??= ending === null ? launch() : Promise.resolve();
      return starting;
    },
    stop: ({ stopCode: code, reason, stopTimeoutSeconds, skipHook = false }) =>
      begin(code, reason, stopTimeoutSeconds * 1000, skipHook),
    async kill() {
      if (handle === null) return begin('UserInitiated', 'Task was killed before it started', 0, true);
      await killAll(searchOf(handle));
      await stopped;
    },
  };
  return task;
}

/** A shell replaces `$PORT` in its line itself, by its own rules of quoting. */
function isShellLine({ command, args }: ResolvedProcess): boolean {
  return (
    /(^|\/)(ba|da|a|k|z)?sh$/.test(command) && args[0]?.startsWith('-') === true && args[0].endsWith('c')
  );
}
