import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../src/verify/index.ts';
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

describe('what cannot be looked at', () => {
  let system: Deployed;
  beforeAll(async () => {
    await emulator.reset();
    system = await deployed(emulator, planOf('shop'));
  });

  test('is a failed check where a permission is missing, and no other is', async () => {
    await emulator.behave({ deny: ['ecr:GetLifecyclePolicy'] });
    try {
      const report = await system.verify();
      expect(failedIds(report)).toEqual(['registries.api.lifecycle']);
      expect(failures(report)[0]).toMatch(
        /expected to be able to look; found AccessDenied.*ecr:GetLifecyclePolicy/,
      );
    } finally {
      await emulator.behave({});
    }
  });

  test('ends everything when the credentials are no longer good', async () => {
    const credentials = async () => ({ accessKeyId: 'EXPIRED1', secretAccessKey: 'x' });
    const { plan, outputs, session } = system;
    await expect(verify({ ...session, credentials }, { plan, outputs })).rejects.toMatchObject({
      code: 'expired-credentials',
    });
  });

  test('a system that is not there fails by what is missing, and says of the rest why it is skipped', async () => {
    const report = await verify(system.session, { plan: planOf('shop', 'other'), outputs: {} });
    expect(failedIds(report)).toEqual(
      expect.arrayContaining([
        'network.vpc',
        'cluster.status',
        'services.api.status',
        'databases.products.status',
      ]),
    );
    expect(failures(report).filter((text) => text.includes('be able to look'))).toEqual([]);
    expect(report.checks.filter(({ state, reason }) => state === 'skipped' && !reason)).toEqual([]);
    expect(report.checks.filter(({ area }) => area === 'stacks').map(({ state }) => state)).not.toContain(
      'passed',
    );
  });

  test('no value of a secret is in the report', async () => {
    const { SecretString = '{}' } = await system.clients.secrets.send(
      new GetSecretValueCommand({ SecretId: 'flask-api-credentials-dev' }),
    );
    const { password } = JSON.parse(SecretString) as { password: string };
    expect(password).toHaveLength(32);
    expect(JSON.stringify(await system.verify())).not.toContain(password);
  });
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
