import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll } from 'vitest';
import { openStores, running, type Stores } from './stores.ts';

/** The keys to the stores are read where Linux shows them. */
export const storesReadable = process.platform === 'linux';

/** A storefront that runs while the tests of a file do. */
export interface RunningSystem {
  /** Of the load balancer. */
  readonly url: string;
  readonly engine: DrivenEngine;
  /** Only where `storesReadable`. */
  readonly stores: Stores;
  /** The addresses of all tasks: what one of them knows, all must know. */
  taskUrls(): Promise<readonly string[]>;
}

/** Starts the system before the first test of the file, in a folder of its own, and ends it after the last. */
export function runSystem(): RunningSystem {
  const system = copySystem('storefront');
  let engine: DrivenEngine | undefined;
  let stores: Stores | undefined;

  beforeAll(async () => {
    engine = await startEngineCli(system.directory, ['--time-scale', '20', '--no-watch']);
    if (storesReadable) stores = await openStores(engine);
  }, 60_000);

  afterAll(async () => {
    await stores?.close();
    await engine?.stop();
    system.remove();
  }, 60_000);

  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The system does not run yet, or its stores cannot be read.');
    return value;
  };
  return {
    get url() {
      return started(engine).url;
    },
    get engine() {
      return started(engine);
    },
    get stores() {
      return started(stores);
    },
    taskUrls: async () =>
      running(await started(engine).snapshot()).map(({ port }) => `http://127.0.0.1:${port}`),
  };
}
