// Writes docs/reference/traps.md from the table in packages/testkit, which must be built (`npx tsc -b`).
//
//   node scripts/generate-traps-docs.mjs            writes the page
//   node scripts/generate-traps-docs.mjs --check    fails when the page in the repository is not the generated one
import { join } from 'node:path';
import { writeOrCheck } from './generated-pages.mjs';
import { ROOT } from './setup.mjs';

const { TRAPS, renderTraps } = await import(join(ROOT, 'packages', 'testkit', 'dist', 'index.js'));

await writeOrCheck(ROOT, { 'traps.md': renderTraps(TRAPS) }, 'generate-traps-docs.mjs');
