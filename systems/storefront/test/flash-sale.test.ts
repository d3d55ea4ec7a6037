import { setTimeout as sleep } from 'node:timers/promises';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuyerStory, breaches, runSale } from './flash-sale.ts';
import { openStores, running, type Stores } from './stores.ts';

const units = 100;
const product = 1;
const system = copySystem('storefront');
let engine: DrivenEngine;
let stores: Stores;

// The keys of a task are read where Linux shows them.
describe.skipIf(process.platform !== 'linux')('a flash sale', () => {
  beforeAll(async () => {
    engine = await startEngineCli(system.directory, ['--time-scale', '20', '--no-watch']);
    stores = await openStores(engine);
    await stores.query('UPDATE stock SET available = $1 WHERE product_id = $2', [units, product]);
  }, 60_000);

  afterAll(async () => {
    await stores?.close();
    await engine?.stop();
    system.remove();
  }, 60_000);

  test('100 units, 500 buyers, several submits each, a redeployment and kill -9 of a task: exactly 100 are sold, and each buyer knows', async () => {
    const buyers = await stores.createBuyers(500);
    // How soon an answer comes depends on the machine, so whoever has none goes on asking; the benchmark stops at three.
    const sale = runSale({ url: engine.url, buyers, product, withinMs: 3000, maxSubmits: 50 });
    await sleep(300);
    const [task] = running(await engine.snapshot());
    if (task?.pid == null) throw new Error('There is no task to kill.');
    process.kill(task.pid, 'SIGKILL');
    await engine.post('/v1/redeploy', { service: 'webapp' });
    const stories = await sale;
    expect(await breaches(stores, stories, { product, units })).toEqual([]);

    // The judge would have seen it: an order taken away, and one that nobody was told of.
    const [order] = await stores.query<{ id: string; user_id: string }>(
      'SELECT id, user_id FROM orders ORDER BY id LIMIT 1',
    );
    const forgotten: BuyerStory[] = stories.map((story) =>
      story.buyer.user === order?.user_id ? { ...story, submissions: [] } : story,
    );
    expect(await breaches(stores, forgotten, { product, units })).toHaveLength(1);
    await stores.query('DELETE FROM charges WHERE order_id = $1', [order?.id]);
    expect(await breaches(stores, stories, { product, units })).toEqual([
      `order ${order?.id} was not charged`,
    ]);
  }, 60_000);
});
