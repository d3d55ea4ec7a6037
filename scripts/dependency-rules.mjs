// Which package may use which. `design` in words: docs/../ARCHITECTURE.md, "Layers".
// A package that is not listed may not exist; a dependency that is not listed may not be declared.
export const ALLOWED = {
  '@breakwater/plan': [],
  '@breakwater/behaviour': [],
  '@breakwater/protocol': ['@breakwater/plan'],
  '@breakwater/local': ['@breakwater/behaviour', '@breakwater/plan', '@breakwater/protocol'],
  '@breakwater/cdk': ['@breakwater/plan'],
  '@breakwater/pulumi': ['@breakwater/plan'],
  '@breakwater/aws': ['@breakwater/plan'],
  // Private: for tests and benchmarks, never published.
  '@breakwater/testkit': ['@breakwater/plan', '@breakwater/protocol'],
  breakwater: [
    '@breakwater/aws',
    '@breakwater/cdk',
    '@breakwater/local',
    '@breakwater/plan',
    '@breakwater/protocol',
    '@breakwater/pulumi',
  ],
};

// Packages that only compute: no file, clock, chance or environment of their own.
export const PURE = ['@breakwater/plan', '@breakwater/behaviour', '@breakwater/protocol'];

/**
 * @param {{ name: string, dependencies: string[], entries?: string[], imports: { file: string, from: string }[] }[]} packages
 *   `entries` are the keys of the package's `exports`, `.` when left out
 * @returns {string[]} one sentence per breach
 */
export function breaches(packages) {
  const ours = new Set(Object.keys(ALLOWED));
  const found = [];
  const entries = new Map(packages.map((each) => [each.name, each.entries ?? ['.']]));
  for (const { name, dependencies, imports } of packages) {
    const allowed = ALLOWED[name];
    if (allowed === undefined) {
      found.push(`${name} is not in scripts/dependency-rules.mjs: say what it may depend on.`);
      continue;
    }
    for (const dependency of dependencies) {
      if (ours.has(dependency) && !allowed.includes(dependency)) {
        found.push(`${name} declares ${dependency}, which it may not depend on (allowed: ${list(allowed)}).`);
      }
    }
    for (const { file, from } of imports) {
      if (from.startsWith('.')) {
        if (leavesPackage(file, from))
          found.push(
            `${file} reaches out of its package with '${from}': import the other package by its name.`,
          );
        continue;
      }
      if (from.startsWith('node:')) {
        if (PURE.includes(name))
          found.push(`${file} imports ${from}, but ${name} only computes: pass it in as a parameter.`);
        continue;
      }
      const target = packageOf(from);
      if (ours.has(target) && target !== name && !allowed.includes(target)) {
        found.push(`${file} imports ${from}, which ${name} may not depend on (allowed: ${list(allowed)}).`);
      } else if (
        ours.has(target) &&
        !(entries.get(target) ?? ['.']).includes(`.${from.slice(target.length)}`)
      ) {
        found.push(`${file} imports ${from}: only the package's own entry points are public.`);
      } else if (target !== name && !dependencies.includes(target)) {
        found.push(`${file} imports ${from}, which ${name} does not declare in package.json.`);
      }
    }
  }
  return found;
}

const list = (names) => (names.length === 0 ? 'none' : names.join(', '));

function packageOf(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

// `file` is relative to the package's folder, so more steps up than the file is deep leave the package.
function leavesPackage(file, from) {
  const inPackage = file.replace(/^packages\/[^/]+\//, '');
  const depth = inPackage.split('/').length - 1;
  const ups = from.split('/').filter((part) => part === '..').length;
  return ups > depth;
}
