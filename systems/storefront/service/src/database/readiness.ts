import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { DatabaseInfo } from '../http/service-routes.ts';
import type { Database } from './database.ts';
import { DatabaseUnavailable, describe } from './failure.ts';
import { migrate } from './migrate.ts';

/** Knows whether the database can be used. */
export interface Readiness {
  readonly isReady: () => boolean;
  /** Resolves when the database is ready or a first try has failed, after `firstTry` at the latest. */
  readonly settled: () => Promise<void>;
  readonly info: () => Promise<DatabaseInfo>;
  /** Stops trying. */
  readonly close: () => void;
}

/** The longest pause between two tries. Milliseconds. */
const longestPause = 5000;

/** A request that comes before the first try has ended waits for it no longer than this. Milliseconds. */
const firstTry = 2000;

/** An answer of the database is good for this long. Milliseconds. */
const infoAge = 1000;

/** Migrates the database in the background, again and again until it works: a task must be able to start before its database. */
export function prepareDatabase(database: Database, logger: FastifyBaseLogger): Readiness {
  const stop = new AbortController();
  let schema: number | null = null;
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
    setTimeout(resolve, firstTry).unref();
  });
  let last: { readonly at: number; readonly info: Promise<DatabaseInfo> } | undefined;

  async function prepare(): Promise<void> {
    for (let pause = 100; !stop.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        const { version, applied } = await migrate(database);
        schema = version;
        settle();
        logger.info({ schema: version, applied }, 'database is ready');
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        settle();
        const { code, message } = describe(error instanceof DatabaseUnavailable ? error.cause : error);
        logger.warn({ code, cause: message, retryInMs: pause }, 'database is not ready; will try again');
      }
      // Several tasks that wait for one database should not all come back in the same instant.
      await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  async function ask(): Promise<DatabaseInfo> {
    try {
      await database.read({ name: 'ping', text: 'SELECT 1' }, []);
      return { engine: 'postgresql', status: 'connected', schema };
    } catch {
      return { engine: 'postgresql', status: 'unavailable', schema };
    }
  }

  void prepare();
  return {
    isReady: () => schema !== null,
    settled: () => settled,
    info() {
      const now = performance.now();
      if (last === undefined || now - last.at > infoAge) last = { at: now, info: ask() };
      return last.info;
    },
    close: () => stop.abort(),
  };
}
