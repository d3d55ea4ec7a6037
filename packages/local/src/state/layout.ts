import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeProblem } from './engine-error.ts';

/** Name of the folder, next to the definition, that holds everything the engine keeps. */
export const STATE_FOLDER = '.breakwater';

/** Paths in the engine's folder. All are absolute when `root`'s parent was. */
export interface StateLayout {
  readonly root: string;
  /** How the command line finds the engine; mode 0600, for it holds the control API's token. */
  readonly engineFile: string;
  /** One file per engine that claims the folder. */
  readonly claims: string;
  /** Sockets, pid files and the list of started processes; emptied at each start. */
  readonly run: string;
  /** What the engine started: lets the next start clean up after a crash. */
  readonly processes: string;
  /** `logs/<service>/<task>.log` */
  readonly logs: string;
  /** Data of the stores; survives restarts. */
  readonly stores: string;
}

/** The paths of the engine that runs the definition in `directory`. */
export function stateLayout(directory: string): StateLayout {
  const root = join(directory, STATE_FOLDER);
  const run = join(root, 'run');
  return {
    root,
    engineFile: join(root, 'engine.json'),
    claims: join(root, 'claims'),
    run,
    processes: join(run, 'processes.json'),
    logs: join(root, 'logs'),
    stores: join(root, 'stores'),
  };
}

/**
 * Makes the engine's folders, for this user only (new ones with mode 0700), with a `.gitignore` that keeps all of it out of version control.
 * @throws {EngineError} `FOLDER_NOT_WRITABLE`, `NO_DISK_SPACE` or `FOLDER_IS_A_FILE`.
 */
export async function createStateFolders(directory: string): Promise<StateLayout> {
  const layout = stateLayout(directory);
  try {
    await mkdir(layout.root, { recursive: true, mode: 0o700 });
    // mkdir leaves the mode of a folder that was there. Others may not read it. But the right to pass through it, which the
    // stores give to the server's user, must stay: a server that a killed engine left still needs it to end in good order.
    await chmod(layout.root, ((await stat(layout.root)).mode & 0o711) | 0o700);
    for (const folder of [layout.claims, layout.run, layout.logs, layout.stores]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await writeFile(join(layout.root, '.gitignore'), '*\n');
  } catch (error) {
    throw writeProblem(layout.root, error);
  }
  return layout;
}
