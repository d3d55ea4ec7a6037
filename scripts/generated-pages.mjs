import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes generated pages to docs/reference or, with --check, fails when one of them is not the generated one. */
export async function writeOrCheck(root, pages, script) {
  const folder = join(root, 'docs', 'reference');
  const checking = process.argv.includes('--check');
  if (!checking) await mkdir(folder, { recursive: true });
  for (const [name, expected] of Object.entries(pages)) {
    const page = join(folder, name);
    if (!checking) {
      await writeFile(page, expected);
      console.error(`Wrote docs/reference/${name}.`);
    } else if ((await readFile(page, 'utf8').catch(() => '')) !== expected) {
      console.error(`docs/reference/${name} is out of date. Run: node scripts/${script}`);
      process.exitCode = 1;
    }
  }
}
