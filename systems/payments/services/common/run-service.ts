import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { ConfigError, type Environment, readEnvironment } from './environment.ts';
import { createStopping } from './stopping.ts';
import { version } from './version.ts';

/** What a service adds to what all have in common. */
export interface Service {
  readonly routes: (app: FastifyInstance) => void;
  /** Called once the service listens. */
  readonly start?: () => void;
  /** Takes no new work, and resolves when the work at hand is done or can be left to others. */
  readonly stop?: () => Promise<void>;
}

export interface ServiceParts {
  readonly env: Environment;
  readonly logger: FastifyBaseLogger;
}

// Log lines are written in the background and together: a slow reader of the log must not slow a request.
const destination = pino.destination({ dest: 1, sync: false });

/** Runs a service until a signal ends it. */
export async function runService(
  name: string,
  title: string,
  create: (parts: ServiceParts) => Service,
): Promise<void> {
  try {
    await run(name, title, create);
  } catch (error) {
    if (!(error instanceof ConfigError) && !isListenError(error)) throw error;
    process.stderr.write(`${name} cannot start.\n${error.message}\n`);
    process.exit(1);
  }
}

async function run(name: string, title: string, create: (parts: ServiceParts) => Service): Promise<void> {
  const env = readEnvironment(process.env);
  const host = env.text('HOST', '0.0.0.0');
  const port = env.number('PORT', 8080, 0, 65_535);
  const graceMs = env.number('SHUTDOWN_GRACE_SECONDS', 3, 0, 110) * 1000;
  const level = env.text('LOG_LEVEL', 'info');
  const logger = pino(
    { level, base: { service: name, version }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected error; stopping');
    destination.flushSync();
    process.exit(1);
  });
  const stopping = createStopping(() => performance.now());
  const service = create({ env, logger });
  env.check();
  const app = await buildApp({
    service: name,
    title,
    logger,
    isStopping: stopping.isStopping,
    onRequest: stopping.onRequest,
    routes: service.routes,
  });
  await app.listen({
    host,
    port,
    backlog: 1024,
    listenTextResolver: (address) =>
      `listening at ${address}, ${Math.round(performance.now())} ms after start`,
  });
  service.start?.();

  async function stop(signal: NodeJS.Signals): Promise<void> {
    // A second signal means now.
    if (stopping.isStopping()) process.exit(130);
    logger.info({ signal }, 'stopping: still serving');
    const workDone = service.stop?.();
    // Ctrl-C comes from a person at a terminal, not from an orchestrator with a load balancer.
    await stopping.whenQuiet(signal === 'SIGINT' ? 0 : graceMs, 20_000);
    const closed = app.close();
    await Promise.race([Promise.allSettled([closed, workDone]), sleep(6000, undefined, { ref: false })]);
    app.server.closeAllConnections();
    logger.info('stopped');
    destination.flushSync();
    process.exit(0);
  }
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/** The port is taken, or may not be had. */
function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
