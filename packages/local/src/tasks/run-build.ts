import { killAll } from '../processes/end-processes.ts';
import type { Guard } from '../processes/guard.ts';
import { startProcess } from '../processes/start-process.ts';
import { searchOf, stopProcess } from '../processes/stop-process.ts';
import { EngineError } from '../state/engine-error.ts';
import type { BuildCommand } from './resolve-process.ts';
import { createTail } from './tail.ts';

export interface BuildOptions {
  readonly build: BuildCommand;
  readonly cwd: string;
  /** Usually `hostEnvironment(process.env)`; the folders of `build.path` are put before its PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly engineId: string;
  /** For the marker of its processes and for messages. */
  readonly service: string;
  readonly guard: Pick<Guard, 'watch' | 'forget'>;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Ends the build, with everything that it started. */
  readonly signal?: AbortSignal;
}

export type BuildResult =
  | { readonly state: 'built' }
  | { readonly state: 'aborted' }
  /** `lastLines` are its last lines of output, oldest first. */
  | {
      readonly state: 'failed';
      readonly message: string;
      readonly fix: string | null;
      readonly lastLines: readonly string[];
    };

/** Runs a service's build to its end. Never rejects. */
export async function runBuild(options: BuildOptions): Promise<BuildResult> {
  const { build, cwd, env, engineId, service, guard, onLine, signal } = options;
  // A function, for the compiler takes a property that it has seen once for settled.
  const aborted = (): boolean => signal?.aborted === true;
  if (aborted()) return { state: 'aborted' };
  const tail = createTail(20);
  const { PATH = '' } = env;
  try {
    const handle = await startProcess({
      command: build.command,
      args: build.args,
      cwd,
      env: { ...env, PATH: [...build.path, PATH].join(':') },
      marker: { engineId, task: `build-${service}` },
      onLine: (stream, line) => {
        tail.add(line);
        onLine(stream, line);
      },
    });
    guard.watch({ kind: 'task', name: `build-${service}`, pid: handle.pid, startedAt: handle.startedAt });
    const abort = (): void => void stopProcess(handle, { timeoutMs: 1_000 });
    signal?.addEventListener('abort', abort, { once: true });
    if (aborted()) abort();
    const exit = await handle.exited;
    signal?.removeEventListener('abort', abort);
    // A build may leave a daemon behind (a compile server); it would keep the old version's files busy.
    await killAll(searchOf(handle));
    guard.forget(handle.pid);
    if (aborted()) return { state: 'aborted' };
    if (exit.exitCode === 0) return { state: 'built' };
    const how = exit.signal === null ? `exit code ${exit.exitCode}` : exit.signal;
    return {
      state: 'failed',
      message: `The build of service "${service}" failed with ${how}: ${handle.command}`,
      fix: null,
      lastLines: tail.lines(),
    };
  } catch (error) {
    const fix = error instanceof EngineError ? error.fix : null;
    const why = error instanceof Error ? error.message : String(error);
    return {
      state: 'failed',
      message: `The build of service "${service}" could not start. ${why}`,
      fix,
      lastLines: [],
    };
  }
}
