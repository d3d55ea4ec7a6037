// The four systems and changes of them in Pulumi's own engine: `npm run test:pulumi-engine`. Needs Go and, at the first run, its module
// proxy, which the engine is built from; so it is no part of `npm test`. Exit code 3: there is no Go. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest version that `@breakwater/pulumi` supports: what works with it works with later ones. */
const VERSION = '3.142.0';
const MODULE = 'github.com/pulumi/pulumi/pkg/v3';
const NO_GO = 3;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

/** Builds the engine once: it stays in the cache below node_modules. */
function build(engine) {
  if (spawnSync('go', ['version']).status !== 0) {
    console.error(
      'The Pulumi engine is built with Go 1.23 or newer, and there is no `go` here. Install it, or name an engine that is there: ' +
        'BREAKWATER_PULUMI="$(command -v pulumi)" npm run test:pulumi-engine',
    );
    process.exit(NO_GO);
  }
  const cache = dirname(engine);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'build-'));
  const go = (...args) => {
    const { status } = spawnSync('go', args, {
      cwd: folder,
      env: { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error(`go ${args.join(' ')} ended with ${status}.`);
  };
  try {
    console.log(`Building the Pulumi engine ${VERSION}; that takes some minutes the first time.`);
    // `go install` does not take a module with replacements; a module that requires it may.
    writeFileSync(join(folder, 'go.mod'), 'module engine\n\ngo 1.23\n');
    go('get', `${MODULE}/cmd/pulumi@v${VERSION}`);
    const flags = `-s -w -X ${MODULE}/version.Version=v${VERSION}`;
    go('build', '-trimpath', '-ldflags', flags, '-o', 'pulumi', `${MODULE}/cmd/pulumi`);
    renameSync(join(folder, 'pulumi'), engine);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.env.BREAKWATER_PULUMI === undefined) {
  const engine = join(root, 'node_modules', '.cache', 'breakwater', `pulumi-${VERSION}`, 'pulumi');
  if (!existsSync(engine)) build(engine);
  process.env.BREAKWATER_PULUMI = engine;
}
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
process.argv = [
  process.argv[0],
  vitest,
  'run',
  '--project',
  'pulumi-engine',
  '--passWithNoTests=false',
  ...process.argv.slice(2),
];
await import(vitest);
