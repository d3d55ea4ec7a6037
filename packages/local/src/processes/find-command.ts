import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { EngineError, systemErrorCode } from '../state/engine-error.ts';

/**
 * The file that a command names, as a shell would find it: on `PATH`, or from `cwd` when it holds a slash.
 * @throws {EngineError} `FOLDER_MISSING`, `COMMAND_NOT_FOUND` or `COMMAND_NOT_EXECUTABLE`, naming the command and where it was
 * looked for. (The system call says only `ENOENT` for the first two alike.)
 */
export async function findCommand(command: string, cwd: string, path: string | undefined): Promise<string> {
  if (!(await isDirectory(cwd))) {
    throw new EngineError(
      'FOLDER_MISSING',
      `The folder ${cwd}, in which "${command}" is to run, does not exist.`,
      'Create it, or correct the folder in the definition.',
    );
  }
  if (command === '') {
    throw new EngineError('COMMAND_NOT_FOUND', 'The command is empty.', 'Give the service a command.');
  }
  const isPath = command.includes('/');
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = isPath
    ? [isAbsolute(command) ? command : resolve(cwd, command)]
    : folders.map((folder) => join(isAbsolute(folder) ? folder : resolve(cwd, folder), command));

  let notExecutable: string | undefined;
  for (const candidate of candidates) {
    const verdict = await executable(candidate);
    if (verdict === 'yes') return candidate;
    if (verdict === 'no') notExecutable ??= candidate;
  }
  if (notExecutable !== undefined) {
    throw new EngineError(
      'COMMAND_NOT_EXECUTABLE',
      `${notExecutable} is there but may not be executed.`,
      `Run \`chmod +x ${notExecutable}\`, or start it through its interpreter.`,
    );
  }
  throw new EngineError(
    'COMMAND_NOT_FOUND',
    isPath
      ? `The command "${command}" does not exist (looked for ${candidates.join(', ')}).`
      : `The command "${command}" was not found: none of the ${folders.length} folders of PATH has it.`,
    isPath
      ? 'Build the service first if the file is made by its build, or correct the command in the definition.'
      : `Install ${command}, or correct the command in the definition.`,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function executable(path: string): Promise<'yes' | 'no' | 'absent'> {
  try {
    if (!(await stat(path)).isFile()) return 'absent';
    await access(path, constants.X_OK);
    return 'yes';
  } catch (error) {
    return systemErrorCode(error) === 'EACCES' ? 'no' : 'absent';
  }
}
