// How long `npm start` takes until every task is healthy and answers through the router: first run and second run.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driveEngine } from '@breakwater/testkit';
import { option, summary, table } from '../lib/figures.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const catalog = join(root, 'systems', 'catalog');
const runs = option('runs', 5);

async function start() {
  const began = performance.now();
  const child = spawn('npm', ['start'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      if (output.includes('is ready')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`npm start ended:\n${output}`)));
  });
  await ready;
  const { url } = driveEngine(catalog);
  const response = await fetch(`${url}/api/products?limit=50`);
  const { count } = await response.json();
  if (response.status !== 200 || count < 20)
    throw new Error(`The catalogue answered ${response.status} with ${count} products.`);
  const took = (performance.now() - began) / 1_000;
  process.kill(-child.pid, 'SIGINT');
  await ended;
  return took;
}

const first = [];
const second = [];
for (let run = 0; run < runs; run += 1) {
  rmSync(join(catalog, '.breakwater'), { recursive: true, force: true });
  first.push(await start());
  second.push(await start());
}
table(
  ['`npm start` until it answers, s', 'median (min–max)'],
  [
    ['first run after install (no `.breakwater` yet)', summary(first, 2)],
    ['second run', summary(second, 2)],
  ],
);
