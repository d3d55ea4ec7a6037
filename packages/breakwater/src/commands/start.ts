import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '@breakwater/protocol';
import { createControlClient } from '../control-client.ts';
import { databaseVariable } from '../database-urls.ts';
import { type PreparedEngine, prepareEngine, type RunOptions } from '../engine-options.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { onInterruption } from '../interruption.ts';
import { ownCommandLine } from '../own-files.ts';
import { formatDuration } from '../render/units.ts';
import { loadPlan } from '../resolve-plan.ts';
import { readRunningEngine } from '../running-engine.ts';
import { errStyle, note, print, printJson } from '../terminal.ts';

/** Options of `breakwater start`. */
export interface StartOptions extends RunOptions {
  readonly timeout: number;
}

const POLL_MS = 40;

/** `breakwater start`: runs the system in the background; returns once it is ready, or says why it is not. */
export async function start(options: StartOptions): Promise<void> {
  const { plan, directory, file } = await loadPlan(options);
  const prepared = prepareEngine(plan, directory, options, process.env);
  await refuseSecond(directory);
  const log = join(directory, '.breakwater', 'engine.log');
  mkdirSync(join(directory, '.breakwater'), { recursive: true, mode: 0o700 });
  const output = openSync(log, 'w', 0o600);
  const child = spawn(process.execPath, [ownCommandLine(), ...childArguments(file, plan.env, options)], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', output, output],
    env: childEnvironment(prepared),
  });
  closeSync(output);
  // It lives on whatever becomes of this command; until then the polling keeps this process alive.
  child.unref();
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(EXIT.error));
    child.once('exit', (code) => resolve(code ?? EXIT.error));
  });
  let interrupted = false;
  const forget = onInterruption(
    () => {
      interrupted = true;
      note('Stopping what was started …');
      child.kill('SIGTERM');
    },
    () => {
      child.kill('SIGTERM');
      process.exit(EXIT.interrupted);
    },
  );
  const progress = followFile(log, (text) => process.stderr.write(text));
  try {
    const snapshot = await settled(directory, child.pid, exited, options.timeout, progress);
    if (typeof snapshot === 'number') {
      if (interrupted) throw new CliError('Interrupted before it was ready', { exitCode: EXIT.interrupted });
      // The child has printed its reason already; it stands above.
      throw new CliError(`${plan.system} ${plan.env} did not start`, {
        why: 'see the message above',
        fix: `All of its output is in ${log}.`,
        exitCode: toExitCode(snapshot),
      });
    }
    if (options.json)
      printJson({
        url: snapshot.url,
        controlUrl: snapshot.controlUrl,
        pid: snapshot.pid,
        system: snapshot.system,
        env: snapshot.env,
        state: snapshot.state,
      });
    else {
      print(snapshot.url ?? '');
      note(errStyle.dim('It runs in the background: breakwater ps · logs -f · stop'));
    }
  } finally {
    forget();
  }
}

async function refuseSecond(directory: string): Promise<void> {
  const running = await readRunningEngine(directory);
  if (!running) return;
  throw new CliError(`${running.system} ${running.env} runs here already (process ${running.pid})`, {
    why: running.url ? `it answers at ${running.url}` : null,
    fix: 'Use it as it is, or end it with `breakwater stop` first.',
  });
}

/** Waits for ready; the child's exit code when it ends before. Shows its output meanwhile. */
async function settled(
  directory: string,
  pid: number | undefined,
  exited: Promise<number>,
  timeout: number,
  progress: () => void,
): Promise<Snapshot | number> {
  const deadline = Date.now() + timeout;
  let code: number | null = null;
  void exited.then((value) => {
    code = value;
  });
  for (;;) {
    progress();
    if (code !== null) return code;
    const file = await readRunningEngine(directory);
    if (file && file.pid === pid) {
      const snapshot = await createControlClient(file)
        .snapshot()
        .catch(() => null);
      if (snapshot && (snapshot.state === 'ready' || snapshot.state === 'degraded')) {
        progress();
        return snapshot;
      }
    }
    if (Date.now() > deadline) {
      throw new CliError(`It is not ready after ${formatDuration(timeout)}`, {
        why: 'it goes on in the background',
        fix: 'See `breakwater ps` and `breakwater logs`; end it with `breakwater stop`.',
        exitCode: EXIT.timedOut,
      });
    }
    await sleep(POLL_MS);
  }
}

/** The same options for `dev`; addresses of databases travel in the environment, where other users cannot see them. */
function childArguments(file: string, env: string, options: StartOptions): readonly string[] {
  return [
    'dev',
    '--background',
    '--config',
    file,
    '--env',
    env,
    ...(options.region === undefined ? [] : ['--region', options.region]),
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(options.timeScale === undefined ? [] : ['--time-scale', String(options.timeScale)]),
    ...(options.databaseTls ? ['--database-tls'] : []),
    ...options.run.flatMap((command) => ['--run', command]),
    ...(options.watch ? [] : ['--no-watch']),
  ];
}

function childEnvironment(prepared: PreparedEngine): NodeJS.ProcessEnv {
  const urls = Object.entries(prepared.options.databaseUrls ?? {});
  const colour = errStyle.enabled ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  return {
    ...process.env,
    ...colour,
    ...Object.fromEntries(urls.map(([store, url]) => [databaseVariable(store), url])),
  };
}

/** A function that hands on what was added to a file since the last call. */
function followFile(path: string, write: (text: string) => void): () => void {
  let offset = 0;
  return () => {
    const { size } = statSync(path);
    if (size <= offset) return;
    const buffer = Buffer.alloc(size - offset);
    const descriptor = openSync(path, 'r');
    try {
      offset += readSync(descriptor, buffer, 0, buffer.length, offset);
    } finally {
      closeSync(descriptor);
    }
    write(buffer.toString('utf8'));
  };
}

function toExitCode(code: number): ExitCode {
  return Object.values(EXIT).find((known) => known === code && known !== EXIT.ok) ?? EXIT.error;
}
