// Holds the directions of dependencies: who may import whom, by declaration and by every import statement.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { breaches } from './dependency-rules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

function* sources(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/(\.test(-d)?|\/testing)\.ts$/.test(path)) yield path;
  }
}

const packages = readdirSync(join(root, 'packages')).map((folder) => {
  const directory = join(root, 'packages', folder);
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const imports = [];
  for (const path of sources(join(directory, 'src'))) {
    for (const match of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      imports.push({ file: relative(root, path), from: match[1] ?? match[2] ?? match[3] });
    }
  }
  const dependencies = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  return {
    name: manifest.name,
    dependencies,
    entries: Object.keys(manifest.exports ?? { '.': '' }),
    imports,
  };
});

const found = breaches(packages);
for (const sentence of found) console.error(`✗ ${sentence}`);
if (found.length > 0) process.exit(1);
console.log(`Dependencies of ${packages.length} packages point the way they should.`);
