// 2,000 orders while every second for a minute a task of one of the three services is killed, and in one second out of four the
// server of all tables or of all buckets as well; then the checker reads the stores. `node bench/payments/fire.mjs [--orders 2000] [--seconds 60] [--seed n] [--no-stores]`
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySystem, percentile, startEngineCli } from '@breakwater/testkit';
import { checkLocal } from '../../systems/payments/check/dist/check-local.js';
import { seeded, setFire } from '../../systems/payments/check/dist/fire.js';
import { report } from '../../systems/payments/check/dist/report.js';
import { option, table } from '../lib/figures.mjs';

const orders = option('orders', 2000);
const seconds = option('seconds', 60);
const seed = option('seed', Math.floor(Math.random() * 1e9));
const stores = process.argv.includes('--no-stores')
  ? []
  : ['order-book', 'payment-ledger', 'payment-files', 'notification-receipts'];

const system = copySystem('payments');
try {
  // A provider that never answers is given up after a minute.
  const definition = join(system.directory, 'breakwater.config.ts');
  const text = readFileSync(definition, 'utf8');
  writeFileSync(
    definition,
    text.replace("calls: ['payment', 'notification'],", "$& environment: { GIVE_UP_SECONDS: '60' },"),
  );
  const engine = await startEngineCli(system.directory, ['--no-watch']);
  let fire;
  try {
    fire = await setFire({ engine, orders, seconds, stores, random: seeded(seed), settleMs: 180_000 });
  } finally {
    await engine.stop();
  }
  const findings = await checkLocal(system.directory, 'dev', fire.accepted);
  const ms = (value) => `${Math.round(value)} ms`;
  const { order = 0, payment = 0, notification = 0, store = 0, none = 0 } = fire.kills;
  table(
    ['under fire', `seed ${seed}`],
    [
      ['orders accepted', `${new Set(fire.accepted).size} of ${orders} in ${seconds} s`],
      [
        'kills',
        `order ${order}, payment ${payment}, notification ${notification}, stores ${store}; nothing to kill in ${none} s`,
      ],
      ['requests, of them failed and repeated', `${fire.requests}, ${fire.failedRequests}`],
      [
        'until accepted, with repetitions',
        `p50 ${ms(percentile(fire.acceptanceMs, 50))}, p99 ${ms(percentile(fire.acceptanceMs, 99))}`,
      ],
      ['after the fire until all were final', ms(fire.settledAfterMs)],
      ['not final', String(fire.notFinal.length)],
    ],
  );
  console.log(`\n${report(findings)}`);
  if (findings.violations.length > 0 || fire.notFinal.length > 0) process.exitCode = 1;
} finally {
  system.remove();
}
