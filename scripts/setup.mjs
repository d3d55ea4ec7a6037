// What `npm start` and `npm test` share: a checkout is installed and built before it is used, and nothing is done twice.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Something that is built: from which files, what must be there afterwards, and how.
 * @typedef {{ name: string, sources: string[], outputs: string[], directory: string, command: string[] }} BuildStep
 */

/**
 * Installs the dependencies when they are missing or older than package-lock.json.
 * @param {string} root
 */
export function ensureInstalled(root = ROOT) {
  if (isInstalled(root)) return;
  console.error('Installing dependencies (npm ci); this is done once, and again when they change …');
  const { npm_execpath: npm } = process.env;
  const ci = npm?.endsWith('.js') ? run(process.execPath, [npm, 'ci'], root) : run('npm', ['ci'], root);
  if (ci !== 0)
    fail(
      'The dependencies could not be installed',
      'Read what npm says above, then run the command again.',
      ci,
    );
}

/**
 * Whether what is installed is what package-lock.json says.
 * @param {string} root
 */
export function isInstalled(root) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (modified(installed) >= modified(lock)) return true;
  // A checkout touches the lock file without changing it, so the versions decide.
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith('node_modules/') || link || optional || present[path]?.version === version,
  );
}

/** Builds everything that is older than its sources: what the tests need. */
export function ensureBuilt() {
  for (const step of buildSteps(ROOT)) ensureStep(step, ROOT);
}

/**
 * Builds what running a system needs and is older than its sources: the command line, which builds the system's services itself,
 * and the programs that the system's README names.
 * @param {string} system
 */
export function ensureCommandLineBuilt(system) {
  ensureStep(commandLineStep(ROOT, system), ROOT);
}

/**
 * @param {string} root
 * @param {string} system
 * @returns {BuildStep}
 */
function commandLineStep(root, system) {
  const programs = system === 'payments' ? [join('systems', 'payments', 'check')] : [];
  return {
    name: programs.length === 0 ? 'the command line' : `the command line and ${programs.join(', ')}`,
    sources: packageSources(root, programs),
    outputs: [
      'packages/breakwater/dist/cli.js',
      'packages/local/dist/stores/gateway/main.js',
      ...programs.map((path) => join(path, 'dist', 'main.js')),
    ],
    directory: '.',
    command: [typescript(root), '-b', 'packages/breakwater', ...programs],
  };
}

/** @param {string} root */
const typescript = (root) => join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * What the packages are compiled from, and the given programs with them.
 * @param {string} root
 * @param {string[]} programs
 */
function packageSources(root, programs) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  return [
    'tsconfig.json',
    'tsconfig.base.json',
    ...packages.flatMap((path) => ['src', 'package.json', 'tsconfig.json'].map((name) => join(path, name))),
    ...programs.flatMap((path) => ['src', 'tsconfig.json'].map((name) => join(path, name))),
  ];
}

/**
 * @param {string} root
 * @returns {BuildStep[]}
 */
function buildSteps(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  const services = { 'the catalogue service': 'catalog', 'the storefront service': 'storefront' };
  const payments = join('systems', 'payments', 'services');
  const checker = join('systems', 'payments', 'check');
  const paymentServices = ['order', 'payment', 'notification'];
  return [
    {
      name: 'packages',
      sources: packageSources(root, [checker]),
      outputs: [
        ...packages.map((path) => join(path, 'dist', 'index.js')),
        'packages/breakwater/dist/cli.js',
        join(checker, 'dist', 'main.js'),
      ],
      directory: '.',
      command: [typescript(root), '-b'],
    },
    ...Object.entries(services).map(([name, system]) => {
      const service = join('systems', system, 'service');
      return {
        name,
        sources: ['src', 'package.json', 'build.mjs'].map((source) => join(service, source)),
        outputs: [join(service, 'dist', 'main.js')],
        directory: service,
        command: ['build.mjs'],
      };
    }),
    {
      name: 'the payments services',
      sources: ['common', ...paymentServices, 'package.json', 'build.mjs'].map((name) =>
        join(payments, name),
      ),
      outputs: paymentServices.map((name) => join(payments, 'dist', name, 'main.js')),
      directory: payments,
      command: ['build.mjs', ...paymentServices],
    },
  ];
}

/**
 * Runs a step unless its sources are as they were when it last succeeded.
 * @param {BuildStep} step
 * @param {string} root
 */
export function ensureStep(step, root) {
  const stamp = join(root, 'node_modules', '.cache', 'breakwater', `${step.name.replace(/\W+/g, '-')}.stamp`);
  const now = fingerprint(step.sources, root);
  const built = existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (built && step.outputs.every((path) => existsSync(join(root, path)))) return;
  console.error(`Building ${step.name} …`);
  const code = run(process.execPath, step.command, join(root, step.directory));
  if (code !== 0)
    fail(`Building ${step.name} failed`, 'Correct what is reported above, then run the command again.', code);
  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, now);
}

/**
 * A text that changes when a source does: its path, size and time of change. Tests are not built, so they do not count.
 * @param {string[]} sources files and folders, relative to `root`
 * @param {string} root
 */
export function fingerprint(sources, root) {
  const hash = createHash('sha1');
  const visit = (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else if (found && !/\.test(-d)?\.ts$/.test(path)) {
      hash.update(`${relative(root, path)}\0${found.size}\0${found.mtimeMs}\n`);
    }
  };
  for (const source of sources) visit(join(root, source));
  return hash.digest('hex');
}

function modified(path) {
  return statSync(path).mtimeMs;
}

/** Runs a program with our terminal; its exit code, 130 when it was interrupted. */
function run(program, words, directory) {
  const { status, signal, error } = spawnSync(program, words, { cwd: directory, stdio: 'inherit' });
  if (error) fail(`${program} could not be run: ${error.message}`, 'Is npm installed and on PATH?', 1);
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

function fail(what, fix, code) {
  console.error(`error ${what}.\n  → ${fix}`);
  process.exit(code);
}
