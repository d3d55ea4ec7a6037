// Judges written in Python, each in a virtual environment of its own, because their pins contradict each other.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';

/** Versions that the recorded results are of. */
export const PYTHON_TOOLS = { 'cfn-lint': '1.58.0', checkov: '3.3.30' };

/**
 * The program of a tool, installed from PyPI at its first use. `BREAKWATER_CFN_LINT` and `BREAKWATER_CHECKOV` name another
 * program instead, which has to be of the same version.
 * @param {keyof typeof PYTHON_TOOLS} name
 */
export function pythonTool(name) {
  const version = PYTHON_TOOLS[name];
  const variable = `BREAKWATER_${name.toUpperCase().replace('-', '_')}`;
  const given = process.env[variable];
  if (given) {
    const found = execFileSync(given, ['--version'], { encoding: 'utf8' });
    if (!found.includes(version))
      throw new Error(`${variable}: ${name} ${version} is needed, not ${found.trim()}`);
    return given;
  }
  const venv = join(ROOT, 'node_modules', '.cache', 'breakwater', 'judges', `${name}-${version}`);
  const program = join(venv, 'bin', name);
  if (existsSync(program)) return program;
  console.error(`Installing ${name} ${version} from PyPI (once) …`);
  mkdirSync(join(venv, '..'), { recursive: true });
  try {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
    execFileSync(join(venv, 'bin', 'python'), pip, { stdio: 'inherit' });
  } catch (cause) {
    // Half an installation must not be taken for a whole one.
    rmSync(venv, { recursive: true, force: true });
    throw new Error(
      `${name} ${version} could not be installed: Python 3 with venv and PyPI are needed, or its program in ${variable}.`,
      { cause },
    );
  }
  return program;
}
