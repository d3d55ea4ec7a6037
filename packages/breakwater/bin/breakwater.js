#!/usr/bin/env node
// npm links a command only if its file is there when it installs; in a checkout the built one is not there yet.
await import('../dist/cli.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist/cli.js')) throw error;
  process.stderr.write(
    'error Breakwater is not built yet.\n  → Run `npm run build` in the repository first.\n',
  );
  process.exitCode = 1;
});
