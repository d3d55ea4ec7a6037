// Runs a TypeScript file, transpiled on the fly, as a CDK app is usually run.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file = ''] = process.argv.slice(2);
const source = resolve(file);
const { outputFiles } = await build({
  entryPoints: [source],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  write: false,
});
const module = join(dirname(source), `.${process.pid}.mjs`);
writeFileSync(module, outputFiles[0].contents);
try {
  await import(pathToFileURL(module).href);
} finally {
  rmSync(module);
}
