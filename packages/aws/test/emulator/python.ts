import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..', '..');

/** Folder of the tests' own virtual environment, and of what the emulator may leave behind. */
export const CACHE = join(root, 'node_modules', '.cache', 'breakwater', 'emulator');

/** Folder of the repository's dependencies. */
export const MODULES = join(root, 'node_modules');

/**
 * The Python that the emulator runs with: one in a virtual environment of the tests' own, made at the first use
 * (Python 3.10 or newer and PyPI are needed) and again whenever requirements.txt changes.
 * `BREAKWATER_EMULATOR_PYTHON` names another one, which then has to have the packages of requirements.txt.
 */
export async function emulatorPython(): Promise<string> {
  const given = process.env['BREAKWATER_EMULATOR_PYTHON'];
  if (given !== undefined && given !== '') return given;
  const requirements = join(here, 'requirements.txt');
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const venv = join(CACHE, 'venv');
  const python = join(venv, 'bin', 'python');
  const stamp = join(venv, 'requirements.sha256');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return python;
  await rm(venv, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', venv]);
    await access(python);
  } catch (cause) {
    throw new Error(
      'The AWS emulator needs Python 3 with its venv module, and `python3 -m venv` failed. Install python3 and python3-venv, or name a Python that has moto in BREAKWATER_EMULATOR_PYTHON.',
      { cause },
    );
  }
  try {
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  } catch (cause) {
    throw new Error(
      'The AWS emulator could not be installed from PyPI (packages/aws/test/emulator/requirements.txt). Check that PyPI can be reached, or name a Python that has moto in BREAKWATER_EMULATOR_PYTHON.',
      { cause },
    );
  }
  await writeFile(stamp, wanted);
  return python;
}
