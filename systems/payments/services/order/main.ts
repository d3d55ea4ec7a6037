import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { runService } from '../common/run-service.ts';
import { openTables } from '../common/stores.ts';
import { deliverTo } from './deliver.ts';
import { createDriver } from './driver.ts';
import { openOrderBook } from './order-book.ts';
import { orderRoutes } from './routes.ts';

await runService('order', 'Orders', ({ env, logger }) => {
  const table = env.required('ORDERS_TABLE');
  const callMs = env.number('CALL_TIMEOUT_MS', 5000, 100, 15_000);
  const sweepMs = env.number('SWEEP_MS', 1000, 50, 60_000);
  const owner = `${hostname()}-${randomUUID()}`;
  const now = Date.now;
  // A lease outlives the longest call with the writes around it.
  const book = openOrderBook({ tables: openTables(), table, owner, leaseMs: 2 * callMs, now });
  const driver = createDriver({
    book,
    deliver: deliverTo(env.required('PAYMENT_URL'), env.required('NOTIFICATION_URL'), callMs),
    backoff: {
      firstMs: env.number('RETRY_FIRST_MS', 200, 1, 60_000),
      mostMs: env.number('RETRY_MOST_MS', 10_000, 1, 600_000),
    },
    concurrency: env.number('CONCURRENCY', 100, 1, 1000),
    now,
    random: Math.random,
    onProblem: (order, message) => logger.warn({ order, cause: message }, 'an order is left for later'),
  });
  const giveUpAfterMs = env.number('GIVE_UP_SECONDS', 120, 1, 86_400) * 1000;
  const stopped = new AbortController();

  async function sweepForever(): Promise<void> {
    while (!stopped.signal.aborted) {
      const isFull = await driver.sweep().catch((error: unknown) => {
        logger.warn({ cause: String(error) }, 'the outbox cannot be read');
        return false;
      });
      // With jitter, so that tasks do not look at the same moment.
      const pause = (isFull ? sweepMs / 10 : sweepMs) * (0.5 + Math.random());
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    routes: orderRoutes({ book, driver, giveUpAfterMs, now }),
    start: () => void sweepForever(),
    stop: () => {
      stopped.abort();
      return driver.stop();
    },
  };
});
