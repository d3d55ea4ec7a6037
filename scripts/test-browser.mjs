// `npm run test:browser`: walks through the storefront in a real browser. Needs Chromium, so it is no part of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, ROOT } from './setup.mjs';

const given = process.env.CHROMIUM_PATH;
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const browser = given === undefined ? places.find((path) => existsSync(path)) : given;
if (browser === undefined || !existsSync(browser)) {
  console.error(
    `error ${given === undefined ? 'No Chromium was found' : `CHROMIUM_PATH is ${given}, where there is no file`}.\n  → Install it (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome.`,
  );
  process.exit(1);
}
ensureInstalled();
ensureBuilt();
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'systems/storefront/test/browser/vitest.config.ts',
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: browser } },
);
process.exit(status ?? 1);
