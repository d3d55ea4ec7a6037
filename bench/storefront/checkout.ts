// Checkouts a second beside Flask with SQLAlchemy under gunicorn: the only task of the same engine, asked at its own port, on the
// same PostgreSQL and cores, writing the same rows. Ours also looks up each buyer's session in the table; Flask is spared that.
//   node bench/lib/run-ts.mjs bench/storefront/checkout.ts
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { copySystem, startEngineCli } from '@breakwater/testkit';
import { openStores } from '../../systems/storefront/test/stores.ts';
import { median, option, summary, table } from '../lib/figures.mjs';

const run = promisify(execFile);
const flask = resolve('bench/storefront/flask');
const venv = join(flask, '.venv');
const rounds = option('rounds', 3);
const seconds = option('seconds', 5);
const workers = option('workers', 2);
const threads = option('threads', 4);
const connections = option('connections', 32);

if (!existsSync(join(venv, 'bin', 'gunicorn'))) {
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '-r', join(flask, 'requirements.txt')], {
    stdio: 'inherit',
  });
}
const gunicorn = `${venv}/bin/gunicorn --chdir ${flask} --worker-class gthread --workers ${workers} --threads ${threads} --bind 127.0.0.1:$PORT --log-level warning app:app`;
const services: Record<string, readonly string[]> = {
  storefront: [],
  Flask: ['--run', `webapp=${gunicorn}`],
};
const sales = { 'one product': 1, '16 products': 16 };
const results: Record<string, Record<string, number[]>> = { storefront: {}, Flask: {} };

const system = copySystem('storefront');
const scratch = mkdtempSync(join(tmpdir(), 'bench-storefront-'));
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(services)) {
      const engine = await startEngineCli(system.directory, ['--no-watch', ...args]);
      const stores = await openStores(engine);
      try {
        await stores.query('UPDATE stock SET available = 1000000000');
        // So many that none of them checks out more often than a buyer may.
        const buyers = await stores.createBuyers(6000);
        const file = join(scratch, 'buyers.txt');
        writeFileSync(file, buyers.map(({ user, cookie, csrf }) => `${user} ${cookie} ${csrf}\n`).join(''));
        await engine.post('/v1/scale', { service: 'webapp', desired: 1, minimum: 1 });
        const { tasks } = await engine.until('one task is left', (now) => {
          const live = now.tasks.filter(({ state }) => state !== 'STOPPED');
          return live.length === 1 && live[0]?.health === 'healthy';
        });
        const port = tasks.find(({ state }) => state === 'RUNNING')?.port;
        for (const [what, products] of Object.entries(sales)) {
          const load = async (time: number, key: string) => {
            const before = await orders();
            const { stdout } = await run(
              'wrk',
              [
                '-t1',
                `-c${connections}`,
                `-d${time}s`,
                '-s',
                'bench/storefront/checkout.lua',
                `http://127.0.0.1:${port}`,
              ],
              {
                env: { ...process.env, BENCH_BUYERS: file, BENCH_PRODUCTS: String(products), BENCH_RUN: key },
              },
            );
            if (/Non-2xx/.test(stdout)) throw new Error(`${name} refused checkouts:\n${stdout}`);
            // What counts is what is in the database.
            return ((await orders()) - before) / time;
          };
          const orders = async () =>
            Number((await stores.query<{ count: string }>('SELECT count(*) FROM orders'))[0]?.count);
          await load(1, `${name}-${what}-${round}-warm`.replaceAll(' ', ''));
          const rate = await load(seconds, `${name}-${what}-${round}`.replaceAll(' ', ''));
          const list = results[name] ?? {};
          list[what] = [...(list[what] ?? []), rate];
        }
      } finally {
        await stores.close();
        await engine.stop();
      }
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
  system.remove();
}

table(
  ['checkouts/s', 'storefront', `Flask, gunicorn ${workers} × ${threads}`, 'ratio'],
  Object.keys(sales).map((what) => {
    const [ours = [], theirs = []] = [results['storefront']?.[what], results['Flask']?.[what]];
    return [what, summary(ours), summary(theirs), (median(ours) / median(theirs)).toFixed(1)];
  }),
);
