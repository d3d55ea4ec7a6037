// Takes the picture of the README, docs/images/running.svg: runs the product catalogue from a copy with the real command line,
// some load in the background, and draws what it prints.
//
//   node scripts/terminal-picture.mjs
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderTerminal } from './picture/render-terminal.mjs';
import { ensureBuilt, ROOT } from './setup.mjs';

ensureBuilt();
const { CLI, copySystem, driveEngine, startLoad } = await import('@breakwater/testkit');
const system = copySystem('catalog');
const lines = [];

/** Runs a command as a terminal would show it, its standard output and error as they come. */
async function show(...args) {
  const blue = '\u001b[34m$\u001b[39m';
  lines.push(...(lines.length > 0 ? [''] : []), `${blue} \u001b[1mbreakwater ${args.join(' ')}\u001b[22m`);
  const { code, text } = await run(args);
  lines.push(...text.trimEnd().split('\n'));
  if (code !== 0) throw new Error(`breakwater ${args.join(' ')} ended with ${code}:\n${text}`);
}

function run(args) {
  const { NO_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: system.directory,
    env: { ...env, FORCE_COLOR: '1' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part) => (text += part));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

try {
  await show('start');
  const { url } = driveEngine(system.directory);
  const load = startLoad({
    url,
    requestsPerSecond: 200,
    next: (n) => ({ path: n % 2 === 0 ? '/api/products?limit=50' : `/api/products/${(n % 5) + 1}` }),
  });
  await sleep(4_000);
  await show('scale', 'catalog', '4');
  await run(['wait', '--for', 'healthy']);
  await sleep(2_500);
  await show('ps');
  await show('redeploy', 'catalog', '--wait');
  await show('traces', '-n', '3');
  await load.stop();
} finally {
  await run(['stop']);
  system.remove();
}

const text = lines.join('\n');
if (text.includes(system.directory)) throw new Error('The picture would show a path of this machine.');
mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
const picture = join(ROOT, 'docs', 'images', 'running.svg');
const title = 'the product catalogue, running here';
const description =
  'A terminal: breakwater start brings up two tasks behind a router and a PostgreSQL server; scale, ps, redeploy and traces follow.';
writeFileSync(picture, renderTerminal(lines, { title, description }));
console.log(`Wrote docs/images/running.svg, ${lines.length} lines.`);
