// The whole flash sale, in the engine with its two tasks: 1,000 units, 5,000 buyers within 10 s, each submitting up to three
// times, while a redeployment rolls and a task is killed. Fails when a unit is oversold or a buyer is left without an answer.
//   node bench/lib/run-ts.mjs bench/storefront/flash-sale.ts
import { setTimeout as sleep } from 'node:timers/promises';
import { copySystem, percentile, startEngineCli } from '@breakwater/testkit';
import { breaches, isClear, runSale } from '../../systems/storefront/test/flash-sale.ts';
import { openStores, running } from '../../systems/storefront/test/stores.ts';

const given = (name: string, fallback: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : Number(process.argv[at + 1]);
};
const units = given('units', 1000);
const withinMs = given('within', 10_000);
const product = 1;

const system = copySystem('storefront');
try {
  const engine = await startEngineCli(system.directory, ['--no-watch']);
  const stores = await openStores(engine);
  try {
    await stores.query('UPDATE stock SET available = $1 WHERE product_id = $2', [units, product]);
    const buyers = await stores.createBuyers(given('buyers', 5000));
    const start = performance.now();
    const sale = runSale({ url: engine.url, buyers, product, withinMs });
    await sleep(withinMs * 0.1);
    const { revision: before } = (await engine.snapshot()).services[0] ?? { revision: 0 };
    const redeployed = engine.post('/v1/redeploy', { service: 'webapp' });
    await sleep(withinMs * 0.05);
    const [task] = running(await engine.snapshot());
    if (task?.pid != null) process.kill(task.pid, 'SIGKILL');
    await redeployed;
    const stories = await sale;
    const seconds = (performance.now() - start) / 1000;
    const { revision: after } = (await engine.snapshot()).services[0] ?? { revision: 0 };
    const answers = stories.flatMap(({ submissions }) => submissions);
    const clear = answers.filter(isClear);
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    const statuses = [...new Set(answers.map(({ status }) => status))].sort((a, b) => a - b);
    const ms = (list: typeof answers, percent: number) =>
      Math.round(
        percentile(
          list.map(({ latencyMs }) => latencyMs),
          percent,
        ),
      );
    console.log(
      `${stories.length} buyers, ${answers.length} submits in ${seconds.toFixed(1)} s; revision ${before} → ${after}`,
    );
    console.log(`answers: ${statuses.map((status) => `${status} × ${count(status)}`).join(', ')}`);
    for (const [name, list] of [
      ['all answers', answers],
      ['clear answers', clear],
    ] as const)
      console.log(`${name}: p50 ${ms(list, 50)} ms, p99 ${ms(list, 99)} ms, longest ${ms(list, 100)} ms`);
    const found = await breaches(stores, stories, { product, units });
    console.log(
      found.length === 0 ? `exactly ${units} sold, each buyer has one clear answer` : found.join('\n'),
    );
    if (found.length > 0) process.exitCode = 1;
  } finally {
    await stores.close();
    await engine.stop();
  }
} finally {
  system.remove();
}
