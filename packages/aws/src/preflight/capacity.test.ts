import type { Plan, ServicePlan } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { vcpusOf } from './capacity.ts';

const service = (overrides: Partial<ServicePlan>): ServicePlan =>
  ({
    cpuUnits: 512,
    desiredCount: 2,
    scaling: { minimum: 2, maximum: 10, policies: [], scheduled: [] },
    capacity: [
      { provider: 'FARGATE_SPOT', weight: 70, base: 0 },
      { provider: 'FARGATE', weight: 30, base: 1 },
    ],
    deployment: { strategy: { kind: 'rolling' }, minimumHealthyPercent: 100, maximumPercent: 200 },
    ...overrides,
  }) as ServicePlan; // what the capacity depends on
const plan = (...services: ServicePlan[]): Plan =>
  ({ services: Object.fromEntries(services.map((each, index) => [`s${index}`, each])) }) as unknown as Plan; // nothing else is read

test('the first tasks are split by base and weight', () => {
  // Two tasks: one on demand as the base, the other by weight, rounded up on both sides.
  expect(vcpusOf(plan(service({})), 'smallest')).toEqual({ onDemand: 1, spot: 0.5 });
});

test('at its largest a system deploys the service that takes most, which doubles it', () => {
  const fixed = {
    scaling: null,
    desiredCount: 4,
    capacity: [{ provider: 'FARGATE', weight: 1, base: 0 }],
  } as const;
  const blueGreen = {
    strategy: { kind: 'blue-green', bakeMinutes: 5 },
    minimumHealthyPercent: 100,
    maximumPercent: 200,
  } as const;
  const small = service({ ...fixed, cpuUnits: 256 });
  const large = service({ ...fixed, cpuUnits: 1024, deployment: blueGreen as ServicePlan['deployment'] });
  expect(vcpusOf(plan(small, large), 'largest')).toEqual({ onDemand: 1 + 4 + 4, spot: 0 });
});

test('a rolling deployment that may not go over its number takes no more', () => {
  const deployment = { ...service({}).deployment, maximumPercent: 100 };
  const fixed = service({
    scaling: null,
    desiredCount: 4,
    capacity: [{ provider: 'FARGATE', weight: 1, base: 0 }],
    deployment,
  });
  expect(vcpusOf(plan(fixed), 'largest')).toEqual({ onDemand: 2, spot: 0 });
});
