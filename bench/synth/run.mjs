// What Breakwater's translation costs beside a CDK app written by hand with the same resources, and how it grows with the system.
// node bench/synth/run.mjs [--runs 9]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, option, summary, table } from '../lib/figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const cli = join(root, 'packages', 'breakwater', 'dist', 'cli.js');
const runs = option('runs', 9);
const scratch = mkdtempSync(join(tmpdir(), 'breakwater-synth-'));

/** Both the way the `cdk` command line calls an app: a TypeScript file in, an assembly in `CDK_OUTDIR` out. */
function synthesise(args, cwd, outdir) {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, CDK_OUTDIR: outdir },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return (performance.now() - began) / 1_000;
}

/** Number of resources by stack and type. */
function inventory(outdir) {
  const counts = new Map();
  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.template.json'))) {
    const { Resources = {} } = JSON.parse(readFileSync(join(outdir, file), 'utf8'));
    for (const { Type } of Object.values(Resources)) {
      const key = `${file} ${Type}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

function assertSame(ours, plain) {
  const keys = [...new Set([...ours.keys(), ...plain.keys()])];
  const different = keys.filter((key) => ours.get(key) !== plain.get(key));
  if (different.length > 0) throw new Error(`The two apps differ: ${different.join(', ')}`);
}

function systemOf(count) {
  const directory = join(scratch, `services-${count}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'breakwater.config.ts'),
    `import { defineSystem } from 'breakwater';
const service = (key: string) => ({ image: 'nginx:1.29', port: 8080, routes: [\`/\${key}/*\`], scaling: { tasks: [2, 10], cpu: 70 } }) as const;
export default defineSystem({
  name: 'growing',
  region: 'eu-west-1',
  defaults: '2026-11',
  services: Object.fromEntries(Array.from({ length: ${count} }, (_, i) => [\`s\${i}\`, service(\`s\${i}\`)])),
});
`,
  );
  return directory;
}

try {
  const catalog = join(root, 'systems', 'catalog');
  const ours = () => synthesise([cli, 'synth'], catalog, join(scratch, 'ours'));
  const plain = () =>
    synthesise(
      [join(here, '..', 'lib', 'run-ts.mjs'), join(here, 'plain', 'app.ts')],
      here,
      join(scratch, 'plain'),
    );
  ours();
  plain();
  assertSame(inventory(join(scratch, 'ours')), inventory(join(scratch, 'plain')));
  const pairs = Array.from({ length: runs }, (_, i) =>
    i % 2 === 0 ? [ours(), plain()] : [plain(), ours()].reverse(),
  );
  const small = systemOf(10);
  const large = systemOf(100);
  const growth = Array.from({ length: Math.ceil(runs / 2) }, () => [
    synthesise([cli, 'synth'], small, join(scratch, 'out-10')),
    synthesise([cli, 'synth'], large, join(scratch, 'out-100')),
  ]);
  const column = (rows, index) => rows.map((row) => row[index]);
  const ratios = (rows) => rows.map(([a, b]) => a / b);
  table(
    ['synthesis, s', 'median (min–max)'],
    [
      ['catalogue, `breakwater synth`', summary(column(pairs, 0), 2)],
      ['catalogue, CDK app by hand', summary(column(pairs, 1), 2)],
      ['ratio (bar 1.15)', summary(ratios(pairs), 2)],
      ['10 services', summary(column(growth, 0), 2)],
      ['100 services', summary(column(growth, 1), 2)],
      ['ratio (bar 3)', median(growth.map(([a, b]) => b / a)).toFixed(2)],
    ],
  );
  const templates = readdirSync(join(scratch, 'out-100')).filter((name) => name.endsWith('.template.json'));
  const sizes = templates.map((name) => readFileSync(join(scratch, 'out-100', name)));
  const resources = sizes.map((text) => Object.keys(JSON.parse(text).Resources).length);
  console.log(
    `\n100 services: ${templates.length} stacks, at most ${Math.max(...resources)} resources (limit 500) and ${Math.ceil(Math.max(...sizes.map(({ length }) => length)) / 1024)} KiB (limit 1024) in one.`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
