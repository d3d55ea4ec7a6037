import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { createAccounts } from './accounts/accounts.ts';
import { buildApp } from './app.ts';
import { createCartStore } from './cart/cart-store.ts';
import type { CheckoutRequest } from './checkout/checkout-input.ts';
import { createCheckoutQueue } from './checkout/checkout-queue.ts';
import { createCheckout } from './checkout/checkout-routes.ts';
import { placeOrders } from './checkout/checkout-store.ts';
import { ConfigError, readConfig } from './config.ts';
import { openDatabase } from './database/database.ts';
import { prepareDatabase } from './database/readiness.ts';
import { createTokenBuckets } from './http/rate-limit.ts';
import { createOrderStore } from './orders/order-store.ts';
import { createProductStore } from './products/product-store.ts';
import { openSessionTable } from './sessions/session-table.ts';
import { createSessions } from './sessions/sessions.ts';
import { createStopping } from './stopping.ts';
import { version } from './version.ts';

// Log lines are written in the background and together: a slow reader of the log must not slow a request.
const destination = pino.destination({ dest: 1, sync: false });

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { service, region } = config;
  const logger = pino(
    { level: config.logLevel, base: { service, version }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected error; stopping');
    destination.flushSync();
    process.exit(1);
  });

  const database = openDatabase(config.database, service, (error) => {
    logger.warn({ cause: error.message }, 'an idle connection to the database was lost');
  });
  const table = openSessionTable(config.sessions.table, region, logger, Date.now);
  const readiness = prepareDatabase(database, logger);
  const stopping = createStopping(() => performance.now());
  const now = () => performance.now();
  const queue = createCheckoutQueue((requests: readonly CheckoutRequest[]) =>
    placeOrders(database, requests),
  );
  const app = buildApp({
    info: { service, version, region },
    products: createProductStore(database),
    carts: createCartStore(database),
    orders: createOrderStore(database),
    accounts: createAccounts(database, table, config.limits),
    sessions: createSessions(table, config.sessions.lifetimeSeconds, Date.now),
    checkout: createCheckout(queue, createTokenBuckets(config.limits.checkoutBurst, 1000, now)),
    trustedProxies: config.trustedProxies,
    readiness,
    isStopping: stopping.isStopping,
    onRequest: stopping.onRequest,
    logger,
    logAll: config.logRequests === 'all',
    pagesPath: config.pagesPath,
  });
  await app.listen({
    host: config.host,
    port: config.port,
    backlog: 1024,
    listenTextResolver: (address) =>
      `listening at ${address}, ${Math.round(performance.now())} ms after start; pages at ${config.pagesPath || '/'}`,
  });

  async function stop(signal: NodeJS.Signals): Promise<void> {
    // A second signal means now.
    if (stopping.isStopping()) process.exit(128 + constants.signals[signal]);
    logger.info({ signal }, 'stopping: still serving');
    const { graceMs, limitMs } = config.shutdown;
    // Ctrl-C comes from a person at a terminal, not from an orchestrator with a load balancer.
    await stopping.whenQuiet(signal === 'SIGINT' ? 0 : graceMs, limitMs - 5000);
    readiness.close();
    const closed = app.close();
    await Promise.race([closed, sleep(4000, undefined, { ref: false })]);
    app.server.closeAllConnections();
    await Promise.race([
      Promise.allSettled([closed, database.close()]),
      sleep(1000, undefined, { ref: false }),
    ]);
    table.close();
    logger.info('stopped');
    destination.flushSync();
    process.exit(0);
  }
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError) && !isListenError(error)) throw error;
  process.stderr.write(`webapp cannot start.\n${error.message}\n`);
  process.exit(1);
}

/** The port is taken, or may not be had. */
function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
