import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine, findEngineFolder } from '../engine-folder.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration } from '../render/units.ts';
import { readRunningEngine } from '../running-engine.ts';
import { errStyle, note, printJson } from '../terminal.ts';

/** Options of `breakwater stop`. */
export interface StopOptions extends EngineCommandOptions {
  readonly timeout: number;
  readonly force?: boolean;
}

const POLL_MS = 50;

/** `breakwater stop`: asks the engine to end everything in order, and waits until it has. */
export async function stop(options: StopOptions): Promise<void> {
  const file = await findEngine(options);
  const directory = findEngineFolder(process.cwd(), options.config) ?? process.cwd();
  const startedAt = Date.now();
  if (options.force) {
    process.kill(file.pid, 'SIGKILL');
  } else {
    note(errStyle.dim(`Stopping ${file.system} ${file.env}: requests in flight are answered first.`));
    await createControlClient(file).stop();
  }
  while (await readRunningEngine(directory)) {
    if (Date.now() - startedAt > options.timeout) {
      throw new CliError(
        `The engine (process ${file.pid}) still runs after ${formatDuration(options.timeout)}`,
        {
          fix: 'Wait longer with --timeout, or end it at once with `breakwater stop --force`.',
          exitCode: EXIT.timedOut,
        },
      );
    }
    await sleep(POLL_MS);
  }
  if (options.force) {
    note(errStyle.yellow('Killed. The next start cleans up what it left.'));
  } else {
    await rm(`${directory}/.breakwater/engine.log`, { force: true });
    note(`${errStyle.green('✓')} ${file.system} ${file.env} has stopped.`);
  }
  if (options.json) printJson({ system: file.system, env: file.env, pid: file.pid, stopped: true });
}
