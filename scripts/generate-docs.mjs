// Runs every generator of documentation (scripts/generate-*-docs.mjs); --check fails when a page is not the generated one.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ROOT } from './setup.mjs';

ensureBuilt();
const checking = process.argv.includes('--check');
const generators = readdirSync(join(ROOT, 'scripts')).filter((name) => /^generate-.+-docs\.mjs$/.test(name));
let failed = 0;
for (const name of generators) {
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts', name), ...(checking ? ['--check'] : [])],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );
  if (status !== 0) failed += 1;
}
// docs/commands.md is a snapshot of the command line's declarations, which its test writes and compares.
const test = 'packages/breakwater/test/commands-page.test.ts';
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', test, ...(checking ? [] : ['-u'])],
  { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CI: checking ? '1' : '' } },
);
if (status !== 0) {
  console.error('docs/commands.md is out of date. Run: npm run docs:generate');
  failed += 1;
}
if (failed > 0) process.exit(1);
console.log(checking ? 'Generated pages are up to date.' : 'Generated pages are written.');
