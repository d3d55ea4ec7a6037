// The catalogue beside a Flask service with the same contract under gunicorn: same PostgreSQL, same data, same cores.
// Both run as the only task of the same engine and are asked at their own port, without the router.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copySystem, startEngineCli } from '@breakwater/testkit';
import { median, option, summary, table } from '../lib/figures.mjs';
import { wrk } from '../lib/wrk.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const flask = join(here, 'flask');
const venv = join(flask, '.venv');
const rounds = option('rounds', 3);
const seconds = option('seconds', 6);
const workers = option('workers', 2);
const threads = option('threads', 4);

if (!existsSync(join(venv, 'bin', 'gunicorn'))) {
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '-r', join(flask, 'requirements.txt')], {
    stdio: 'inherit',
  });
}

const gunicorn = `${venv}/bin/gunicorn --chdir ${flask} --worker-class gthread --workers ${workers} --threads ${threads} --bind 127.0.0.1:$PORT --log-level warning app:app`;
const services = { catalogue: [], Flask: ['--run', `catalog=${gunicorn}`] };
const paths = { list: '/api/products?limit=50', one: '/api/products/7' };
const results = Object.fromEntries(Object.keys(services).map((name) => [name, { list: [], one: [] }]));

const system = copySystem('catalog');
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(services)) {
      const engine = await startEngineCli(system.directory, ['--no-watch', ...args]);
      try {
        await engine.post('/v1/scale', { service: 'catalog', desired: 1, minimum: 1 });
        const { tasks } = await engine.until('one task is left', (now) => {
          const live = now.tasks.filter(({ state }) => state !== 'STOPPED');
          return live.length === 1 && live[0].health === 'healthy';
        });
        const { port } = tasks.find(({ state }) => state === 'RUNNING');
        for (const [what, path] of Object.entries(paths)) {
          await wrk(`http://127.0.0.1:${port}${path}`, { seconds: 2, connections: 32 });
          results[name][what].push(
            await wrk(`http://127.0.0.1:${port}${path}`, { seconds, connections: 32 }),
          );
        }
      } finally {
        await engine.stop();
      }
    }
  }
} finally {
  system.remove();
}

table(
  ['requests/s', 'catalogue', `Flask, gunicorn ${workers} × ${threads}`, 'ratio'],
  Object.entries(paths).map(([what, path]) => [
    `GET ${path}`,
    summary(results.catalogue[what]),
    summary(results.Flask[what]),
    (median(results.catalogue[what]) / median(results.Flask[what])).toFixed(1),
  ]),
);
