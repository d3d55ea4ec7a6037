import { resolve } from '@breakwater/plan';
import { planOfVariant } from '@breakwater/testkit';
import { expect, test } from 'vitest';
import { definitions, inspectPlan } from './conformance-target.ts';

/** A system of so many services alike. */
async function registered(count: number): Promise<number> {
  const services = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `s${index}`,
      { image: 'public.ecr.aws/nginx/nginx:1.29', routes: [`/s${index}/*`], port: 8080 },
    ]),
  );
  const definition = { name: 'many', region: 'eu-west-1', defaults: '2026-11', services };
  const { plan } = resolve(definition, { env: 'dev' });
  if (plan === null) throw new Error('the definition has mistakes');
  return (await inspectPlan(plan)).registrations.length;
}

test('each further service costs as many resources as the one before', async () => {
  const [one, two, forty] = [await registered(1), await registered(2), await registered(40)];
  expect(forty - two).toBe(38 * (two - one));
});

test('the catalogue takes less than two seconds of processor time', async () => {
  const plan = planOfVariant(definitions, 'catalog', 'dev');
  await inspectPlan(plan);
  const before = process.cpuUsage();
  await inspectPlan(plan);
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(2_000_000);
});
