// `npm start`: installs and builds what is missing, then runs the product catalogue. Arguments go to `breakwater dev`:
// npm start -- --port 9000
//
// Nothing is imported before the version of Node is known to understand it.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `error Node ${process.versions.node} is too old: this needs 20.19 or newer.\n  → Install a newer Node, for example from nodejs.org.`,
  );
  process.exit(1);
}

async function start() {
  const { ROOT, ensureBuilt, ensureInstalled } = await import('./setup.mjs');
  ensureInstalled();
  ensureBuilt();
  // In this very process: the terminal's signals, the exit code and standard output need nobody in between.
  process.chdir(`${ROOT}/systems/catalog`);
  const { main } = await import('../packages/breakwater/dist/main.js');
  await main([process.argv[0], 'breakwater', 'dev', ...process.argv.slice(2)]);
}

start().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
