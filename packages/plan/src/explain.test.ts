import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import type { Plan } from './plan/plan.ts';
import { resolve } from './resolve/index.ts';

const definition = {
  name: 'hello',
  region: 'eu-south-1',
  services: {
    web: { image: './web', routes: ['/*'], health: '/ready', scaling: { tasks: [2, 10], cooldown: '90 s' } },
  },
};

function plan(): Plan {
  const { plan: found } = resolve(definition, { env: 'dev' });
  if (found === null) throw new Error('the definition is right');
  return found;
}

describe('explain', () => {
  test('a path of the plan gives its value and origin', () => {
    expect(explain(plan(), 'services.web.scaling.maximum')).toEqual([
      {
        path: 'services.web.scaling.maximum',
        value: 10,
        origin: { kind: 'given', pass: 'scaling', from: 'services.web.scaling.tasks.1' },
      },
    ]);
  });

  test('a path of the definition gives every value that it led to', () => {
    const found = explain(plan(), 'services.web.scaling.cooldown');
    expect(found.map(({ path, value }) => [path, value])).toEqual([
      ['services.web.scaling.policies.0.scaleInCooldownSeconds', 90],
      ['services.web.scaling.policies.0.scaleOutCooldownSeconds', 90],
    ]);
  });

  test('an option that nobody gave is explained by its default and the reason for it', () => {
    const found = explain(plan(), 'services.web.drain');
    expect(found).toMatchObject([{ value: 30, origin: { kind: 'defaulted', option: 'services.web.drain' } }]);
  });

  test('a long form is explained where the short form was written', () => {
    expect(explain(plan(), 'services.web.health.path')).toMatchObject([{ value: '/ready' }]);
  });

  test('keys with other characters stand in brackets', () => {
    expect(explain(plan(), 'logGroups["service/web"].retentionDays')).toMatchObject([{ value: 7 }]);
  });

  test('an unknown path gives nothing', () => {
    expect(explain(plan(), 'services.wbe')).toEqual([]);
    expect(explain(plan(), '')).toEqual([]);
  });
});
