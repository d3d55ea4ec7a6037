import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { openDatabase } from './database/database.ts';
import { describe } from './database/failure.ts';
import { prepareDatabase } from './database/readiness.ts';
import { createProductStore } from './products/product-store.ts';
import { createStopping } from './stopping.ts';
import { openTracing } from './tracing/tracing.ts';
import { version } from './version.ts';

// Log lines are written in the background and together: a slow reader of the log must not slow a request.
const destination = pino.destination({ dest: 1, sync: false });

/** The exporter may fail with every batch: one line a minute is enough. Milliseconds. */
const exporterWarningEvery = 60_000;

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

  let lastWarning = Number.NEGATIVE_INFINITY;
  const tracing = await openTracing(
    process.env,
    { service, version, database: config.database.database },
    (error) => {
      if (performance.now() - lastWarning < exporterWarningEvery) return;
      lastWarning = performance.now();
      logger.warn({ cause: describe(error).message }, 'traces cannot be sent');
    },
  );
  const database = openDatabase(config.database, service, (error) => {
    logger.warn({ cause: error.message }, 'an idle connection to the database was lost');
  });
  const readiness = prepareDatabase(database, logger);
  const stopping = createStopping(() => performance.now());
  const app = await buildApp({
    info: { service, version, region },
    store: createProductStore(database),
    readiness,
    isStopping: stopping.isStopping,
    onRequest: stopping.onRequest,
    tracing,
    logger,
    logAll: config.logRequests === 'all',
  });
  await app.listen({
    host: config.host,
    port: config.port,
    backlog: 1024,
    listenTextResolver: (address) =>
      `listening at ${address}, ${Math.round(performance.now())} ms after start`,
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
      Promise.allSettled([closed, tracing?.close(), database.close()]),
      sleep(1000, undefined, { ref: false }),
    ]);
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
  process.stderr.write(`catalog cannot start.\n${error.message}\n`);
  process.exit(1);
}

/** The port is taken, or may not be had. */
function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
