// Writes docs/reference/behaviour.md from the table in packages/behaviour, which must be built (`npx tsc -b`).
//
//   node scripts/generate-behaviour-docs.mjs            writes the page
//   node scripts/generate-behaviour-docs.mjs --check    fails when the page in the repository is not the generated one
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'reference', 'behaviour.md');
const built = join(root, 'packages', 'behaviour', 'dist', 'index.js');

const behaviour = await import(built).catch((error) => {
  console.error(
    `packages/behaviour is not built (${error.code ?? error.message}). Run: npx tsc -b packages/behaviour`,
  );
  process.exit(1);
});
const expected = behaviour.renderBehaviours(behaviour.behaviours, behaviour);

if (process.argv.includes('--check')) {
  const actual = await readFile(page, 'utf8').catch(() => '');
  if (actual !== expected) {
    console.error(
      'docs/reference/behaviour.md is out of date. Run: node scripts/generate-behaviour-docs.mjs',
    );
    process.exit(1);
  }
} else {
  await mkdir(dirname(page), { recursive: true });
  await writeFile(page, expected);
  console.error(`Wrote docs/reference/behaviour.md: ${behaviour.behaviours.length} behaviours.`);
}
