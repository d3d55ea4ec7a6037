import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from './emulator/start.ts';
import { planOf, type SystemName } from './emulator/systems.ts';
import { CATALOG_MUTATIONS } from './verify/catalog-mutations.ts';
import { BEYOND_THE_EMULATOR, type Deployed, deployed, failedIds, failures } from './verify/deployed.ts';
import type { Mutation } from './verify/mutation.ts';
import { NETWORK_MUTATIONS } from './verify/network-mutations.ts';
import { PAYMENTS_MUTATIONS, STOREFRONT_MUTATIONS } from './verify/store-mutations.ts';

const MUTATIONS: Readonly<Record<SystemName, readonly Mutation[]>> = {
  catalog: [...NETWORK_MUTATIONS, ...CATALOG_MUTATIONS],
  shop: [],
  payments: PAYMENTS_MUTATIONS,
  storefront: STOREFRONT_MUTATIONS,
};

let emulator: Emulator;
let restore: () => void;
beforeAll(async () => {
  emulator = await startEmulator();
  restore = emulator.apply();
});
afterAll(async () => {
  restore?.();
  await emulator?.stop();
});

// Record.keys are the names of systems: the object above is a Record of them.
describe.each(Object.keys(MUTATIONS) as SystemName[])('%s', (name) => {
  let system: Deployed;
  beforeAll(async () => {
    await emulator.reset();
    system = await deployed(emulator, planOf(name));
  });

  test('a fresh deployment is as planned; what the emulator cannot show is skipped by name', async () => {
    const report = await system.verify();
    expect(failures(report)).toEqual([]);
    const reasons = new Set(BEYOND_THE_EMULATOR.map(({ reason }) => reason));
    const skipped = report.checks.filter(({ state }) => state === 'skipped');
    expect(skipped.filter(({ reason }) => !reasons.has(reason ?? ''))).toEqual([]);
    expect(report.passed).toBeGreaterThan(80);
  });

  test.each(MUTATIONS[name].map((mutation) => [mutation.name, mutation] as const))(
    '%s: seen, and by no other check',
    async (_, { change, caughtBy }) => {
      const back = await change(system).catch(shortly);
      try {
        const report = await system.verify();
        expect(failedIds(report), failures(report).join('\n')).toEqual([...caughtBy].sort());
      } finally {
        await back().catch(shortly);
      }
    },
  );
});

describe('in production', () => {
  test.each(Object.keys(MUTATIONS) as SystemName[])('%s is as planned', async (name) => {
    await emulator.reset();
    const system = await deployed(emulator, planOf(name, 'prod'));
    expect(failures(await system.verify())).toEqual([]);
  });
});

describe('after all changes were taken back', () => {
  test('the catalogue is as planned again', async () => {
    await emulator.reset();
    const system = await deployed(emulator, planOf('catalog'));
    for (const { change } of MUTATIONS.catalog) await (await change(system))();
    expect(failures(await system.verify())).toEqual([]);
  });
});

/** Errors of the SDK carry the whole connection: only what they say is for a test's output. */
function shortly(error: Error): never {
  throw new Error(`${error.name}: ${error.message}`);
}
