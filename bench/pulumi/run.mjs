// What a Pulumi program of a system costs under the SDK's mocks, in processor time after loading, and how that grows with the system.
// node bench/pulumi/run.mjs [--runs 5]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, option, summary, table } from '../lib/figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const runs = option('runs', 5);
const SIZES = [10, 50, 100];

/** Each time in a process of its own: the first run after loading, as `pulumi up` has it. */
function measure(what) {
  const args = [join(here, '..', 'lib', 'run-ts.mjs'), join(here, 'program.ts'), String(what)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${what} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

const measured = new Map(['catalog', ...SIZES].map((what) => [what, []]));
// In turn, so that whatever else the machine does meets all alike.
for (let run = 0; run < runs; run += 1) for (const [what, found] of measured) found.push(measure(what));

const seconds = (what) => measured.get(what).map((each) => each.seconds);
const perService = (count) => median(seconds(count)) / count;
table(
  ['processor time under mocks', 'resources', 's, median (min–max)', 'ms per service'],
  [...measured].map(([what, [{ resources }]]) => [
    what === 'catalog' ? 'catalogue (bar 2 s)' : `${what} services`,
    resources,
    summary(seconds(what), 2),
    what === 'catalog' ? '' : (perService(what) * 1_000).toFixed(1),
  ]),
);
const [first, , last] = SIZES;
console.log(
  `\nA service costs ${(perService(last) / perService(first)).toFixed(2)} times as much among ${last} as among ${first}: at most 1 is linear.`,
);
