import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';

/** Files of a build or of a tool, whose change is never a change of the source. */
const IGNORED = new Set([
  'node_modules',
  '.git',
  '.breakwater',
  'dist',
  'coverage',
  '__pycache__',
  '.venv',
  'venv',
  '.pytest_cache',
]);
/** What editors write beside a file: swap files, backups, locks. */
const BESIDE_THE_SOURCE = /~$|\.sw[a-z]$|^\.#|^4913$|\.tmp$/;
/** Editors write a file in several steps, and a checkout touches many: wait until it is quiet. */
const QUIET_MS = 60;

/**
 * Calls `onChange` once after each burst of changes below `paths` (relative to `directory`).
 * @param onProblem told when files cannot be watched
 * @returns ends the watching
 */
export function watchSource(
  directory: string,
  paths: readonly string[],
  onChange: (file: string) => void,
  onProblem: (message: string) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(
    paths.map((path) => join(directory, path)),
    {
      ignoreInitial: true,
      ignored: (path) =>
        relative(directory, path)
          .split(sep)
          .some((part) => IGNORED.has(part) || BESIDE_THE_SOURCE.test(part)),
    },
  );
  watcher.on('all', (_event, path) => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(relative(directory, path)), QUIET_MS);
  });
  // Without a listener an error, such as too many watched files, would end the engine.
  watcher.on('error', (error) =>
    onProblem(`Changes may go unseen: ${error instanceof Error ? error.message : String(error)}`),
  );
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}
