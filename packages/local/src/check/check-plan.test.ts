import { bucket, defineSystem, type Plan, postgres, resolve, table } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { checkPlan } from './check-plan.ts';

function planOf(definition: unknown): Plan {
  const { plan, diagnostics } = resolve(definition, { env: 'dev' });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

test('a plan that the engine runs as it is has no findings', () => {
  const plan = planOf(
    defineSystem({
      name: 'web',
      region: 'eu-west-1',
      stores: { sessions: table({ partitionKey: 'id', ttl: 'expiry' }), receipts: bucket() },
      services: {
        web: { image: './web', port: 80, routes: ['/*'], calls: ['other'], uses: ['sessions', 'receipts'] },
        other: { image: './other', port: 80 },
      },
    }),
  );
  expect(checkPlan(plan)).toEqual([]);
});

test('each part of a plan that the engine leaves out is said, with its place in the definition', () => {
  const plan = planOf(
    defineSystem({
      name: 'web',
      region: 'eu-west-1',
      stores: {
        sessions: table({ partitionKey: 'id' }),
        files: bucket({ versioned: true, expire: '30 days' }),
        orders: postgres({}),
      },
      services: {
        web: {
          image: './web',
          port: 80,
          routes: ['/*'],
          sticky: '1 h',
          scaling: {
            tasks: [2, 4],
            cpu: 70,
            schedule: [{ name: 'morning', at: 'cron(0 8 * * ? *)', tasks: [4, 8] }],
          },
          calls: ['other'],
          uses: ['sessions', 'files', 'orders'],
        },
        other: { image: './other', port: 80, connect: { protocol: 'grpc' } },
      },
    }),
  );
  const found = checkPlan(plan).map(({ code, path }) => `${code} ${path}`);
  expect(found).toEqual(
    expect.arrayContaining([
      'BW1601 services.web.sticky',
      'BW1602 services.web.scaling.schedule',
      'BW1603 services.web.calls',
      'BW1604 stores.files',
    ]),
  );
});

test('the version of a database is said only where the engine runs it', () => {
  const plan = planOf(
    defineSystem({
      name: 'web',
      region: 'eu-west-1',
      stores: { orders: postgres({ version: '16.13' }) },
      services: { web: { image: './web', port: 80, routes: ['/*'], uses: ['orders'] } },
    }),
  );
  expect(checkPlan(plan).map(({ code }) => code)).toEqual(['BW1605']);
  expect(checkPlan(plan, ['orders'])).toEqual([]);
});
