// Writes docs/reference/conformance.md from the suite in packages/testkit, which must be built (`npx tsc -b`).
//
//   node scripts/generate-conformance-docs.mjs            writes the page
//   node scripts/generate-conformance-docs.mjs --check    fails when the page in the repository is not the generated one
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeOrCheck } from './generated-pages.mjs';
import { ROOT } from './setup.mjs';

const { ROWS, renderConformance } = await import(join(ROOT, 'packages', 'testkit', 'dist', 'index.js'));

// A target runs the suite when it has the test.
const runs = [
  ['CDK', 'packages/cdk/test/conformance.test.ts'],
  ['Pulumi', 'packages/pulumi/test/conformance.test.ts'],
].map(([target, test]) => ({ target, test: existsSync(join(ROOT, test)) ? test : null }));

const missing = ROWS.flatMap(({ rows }) => rows)
  .flatMap(({ id, shownBy = [] }) => shownBy.flatMap(({ tests }) => tests.map((test) => ({ id, test }))))
  .filter(({ test }) => !existsSync(join(ROOT, test)));
if (missing.length > 0) {
  for (const { id, test } of missing) console.error(`${id} is shown by ${test}, which does not exist.`);
  process.exit(1);
}
await writeOrCheck(
  ROOT,
  { 'conformance.md': renderConformance(ROWS, runs) },
  'generate-conformance-docs.mjs',
);
