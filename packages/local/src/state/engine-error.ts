/**
 * Something of this machine that keeps the engine or a task from working. The message says what happened, where and why;
 * `fix` says what to do, or is null where there is nothing to advise.
 */
export class EngineError extends Error {
  readonly code: string;
  readonly fix: string | null;

  constructor(code: string, message: string, fix: string | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EngineError';
    this.code = code;
    this.fix = fix;
  }
}

/** The system call's error code (`ENOENT`), or an empty string for an error that has none. */
export function systemErrorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return '';
}

/** Turns a failed write below `directory` into an {@link EngineError} that says what to do. */
export function writeProblem(directory: string, error: unknown): EngineError {
  const code = systemErrorCode(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new EngineError(
        'FOLDER_NOT_WRITABLE',
        `The engine may not write to ${directory} (${code}).`,
        'Give your user the right to write there, or copy the project to a folder of your own.',
        error,
      );
    case 'EROFS':
      return new EngineError(
        'FOLDER_NOT_WRITABLE',
        `${directory} is on a read-only file system.`,
        'Copy the project to a file system that can be written.',
        error,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError(
        'NO_DISK_SPACE',
        `There is no disk space left for ${directory} (${code}).`,
        'Free some space and start again.',
        error,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new EngineError(
        'FOLDER_IS_A_FILE',
        `${directory} cannot be made: a file has its name, or that of a folder above it.`,
        'Move that file away; the engine keeps its data in a folder of this name.',
        error,
      );
    default:
      return new EngineError(
        'FOLDER_NOT_WRITABLE',
        `${directory} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
        null,
        error,
      );
  }
}

/** The folder belongs to an engine that runs; `url` is null while it starts. */
export function alreadyRunning(directory: string, pid: number, url: string | null): EngineError {
  const where = url === null ? 'it is still starting' : `it answers at ${url}`;
  return new EngineError(
    'ENGINE_RUNNING',
    `The system in ${directory} is running already: process ${pid}, ${where}.`,
    'Stop it with `breakwater stop`, or look at it with `breakwater ps`.',
  );
}
