// The life of systems in an AWS account, on an emulator of AWS on this machine: `npm run test:emulator`.
// Needs Python 3 and, at the first run, PyPI, so it is no part of `npm test`. Arguments go to Vitest.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
// SDK v3 says at every start that it will need a newer Node next year.
process.env.NODE_NO_WARNINGS = '1';
process.env.BREAKWATER_EMULATOR_TESTS = '1';
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
process.argv = [
  process.argv[0],
  vitest,
  'run',
  '--project',
  'emulator',
  '--passWithNoTests=false',
  ...process.argv.slice(2),
];
await import(vitest);
