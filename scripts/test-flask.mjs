// Proves that a service may be anything: a Python process (Flask, under gunicorn) takes the catalogue's place in the same
// definition, on the same database, behind the same router. Needs Python 3 and PyPI, so it is no part of `npm test`.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copySystem, startEngineCli } from '@breakwater/testkit';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flask = join(root, 'bench', 'catalog', 'flask');
const venv = join(flask, '.venv');
if (!existsSync(join(venv, 'bin', 'gunicorn'))) {
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '-r', join(flask, 'requirements.txt')], {
    stdio: 'inherit',
  });
}
const must = (condition, sentence) => {
  if (!condition) throw new Error(`Not so: ${sentence}`);
  console.log(`✓ ${sentence}`);
};

const system = copySystem('catalog');
// The real service first: it creates the tables and the first products.
const first = await startEngineCli(system.directory, ['--no-watch']);
await first.stop();
const gunicorn = `${venv}/bin/gunicorn --chdir ${flask} --workers 1 --bind 127.0.0.1:$PORT --log-level warning app:app`;
const engine = await startEngineCli(system.directory, ['--no-watch', '--run', `catalog=${gunicorn}`]);
try {
  const get = async (path) => (await fetch(`${engine.url}${path}`)).json();
  must((await get('/health')).version === 'flask', 'Flask answers /health through the router');
  must((await get('/api/products?limit=3')).count === 3, 'it reads the products that the catalogue made');
  const created = await fetch(`${engine.url}/api/products`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Snake', price: 12.5 }),
  });
  must(created.status === 201, 'it stores a product');
  const { tasks } = await engine.snapshot();
  await engine.chaos({ action: 'kill-task', task: tasks[0].id });
  await engine.until(
    'the killed task is replaced',
    ({ services: [catalog] }) => catalog.healthy === catalog.desired,
  );
  must((await get('/health')).status === 'healthy', 'a killed Python task is replaced');
} finally {
  await engine.stop();
  system.remove();
}
