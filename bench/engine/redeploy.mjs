// From the moment a source file is saved until the new version answers through the router.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySystem, startEngineCli } from '@breakwater/testkit';
import { option, summary, table } from '../lib/figures.mjs';

const runs = option('runs', 7);
const system = copySystem('catalog');
const file = join(system.directory, 'service', 'package.json');
const source = join(system.directory, 'service', 'src', 'main.ts');
const engine = await startEngineCli(system.directory);
const took = [];
try {
  for (let run = 1; run <= runs; run += 1) {
    const version = `9.9.${run}`;
    // The build reads the version from package.json; the saved source sets it off.
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, version }, null, 2));
    const began = performance.now();
    writeFileSync(source, `${readFileSync(source, 'utf8')}\n`);
    for (;;) {
      const health = await (await fetch(`${engine.url}/health`)).json();
      if (health.version === version) break;
      if (performance.now() - began > 20_000) throw new Error('The new version did not come within 20 s.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    took.push((performance.now() - began) / 1_000);
    await engine.until(
      'the deployment is done',
      (now) => now.services[0].deployments.at(-1).state === 'COMPLETED',
    );
    await engine.until(
      'old tasks are gone',
      (now) => now.tasks.filter(({ state }) => state !== 'STOPPED').length === 2,
    );
  }
} finally {
  await engine.stop();
  system.remove();
}
table(['', 'median (min–max)'], [['save until the new version answers, s', summary(took, 2)]]);
