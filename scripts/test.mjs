// `npm test`: installs and builds what is missing, then runs the tests. Arguments go to Vitest:
// npm test -- packages/plan

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `error Node ${process.versions.node} is too old: this needs 20.19 or newer.\n  → Install a newer Node, for example from nodejs.org.`,
  );
  process.exit(1);
}

async function test() {
  const { ROOT, ensureBuilt, ensureInstalled } = await import('./setup.mjs');
  ensureInstalled();
  ensureBuilt();
  process.chdir(ROOT);
  const vitest = `${ROOT}/node_modules/vitest/vitest.mjs`;
  process.argv = [process.argv[0], vitest, 'run', ...process.argv.slice(2)];
  await import(vitest);
}

test().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
