// `npm start`: installs and builds what is missing, then runs a reference system, the product catalogue unless another is named.
// Further arguments go to `breakwater dev`:
// npm start -- payments --port 9000
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
  const { chooseSystem, SYSTEMS } = await import('./reference-systems.mjs');
  const chosen = chooseSystem(process.argv.slice(2));
  if ('problem' in chosen) {
    console.error(`error ${chosen.problem}.\n  → ${chosen.fix}`);
    process.exitCode = 2;
    return;
  }
  const { system, rest } = chosen;
  const { ROOT, ensureCommandLineBuilt, ensureInstalled } = await import('./setup.mjs');
  ensureInstalled();
  ensureCommandLineBuilt(system);
  // In this very process: the terminal's signals, the exit code and standard output need nobody in between.
  process.chdir(`${ROOT}/systems/${system}`);
  const { main } = await import('../packages/breakwater/dist/main.js');
  const stopLooking = onceReady((url) => {
    const lines = SYSTEMS[system].next(url).map((line) => `    ${line}`);
    console.error(
      `\n  Try it, in another terminal:\n${lines.join('\n')}\n  More: systems/${system}/README.md\n`,
    );
  });
  await main([process.argv[0], 'breakwater', 'dev', ...rest]).finally(stopLooking);
}

/**
 * Tells where this process's own engine answers, once it does. `dev` has shown its own block by then.
 * @param {(url: string) => void} tell
 * @returns {() => void} ends the looking
 */
function onceReady(tell) {
  let timer;
  const look = async () => {
    const url = await readyUrl().catch(() => null);
    if (url !== null) tell(url);
    else timer = setTimeout(look, 200).unref();
  };
  timer = setTimeout(look, 200).unref();
  return () => clearTimeout(timer);
}

async function readyUrl() {
  const { readEngineFile } = await import('../packages/local/dist/state/engine-file.js');
  const status = await readEngineFile(process.cwd());
  // Another engine may run here already; then `dev` says so.
  if (status.state !== 'running' || status.engine.pid !== process.pid) return null;
  const { controlUrl, token } = status.engine;
  const answer = await fetch(`${controlUrl}/v1/snapshot`, { headers: { authorization: `Bearer ${token}` } });
  const { state, url } = await answer.json();
  return state === 'ready' ? url : null;
}

start().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
