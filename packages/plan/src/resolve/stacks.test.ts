import { describe, expect, test } from 'vitest';
import { planOf } from '../../test/systems.ts';

const service = { image: './api', port: 8080, size: { cpu: 256, memory: 512 } };
const base = { name: 'books', region: 'eu-west-1', defaults: '2026-11' };

describe('stacks', () => {
  test('a system that grows keeps what it has where it is', () => {
    const small = planOf({ ...base, services: { api: service } });
    const large = planOf({
      ...base,
      services: Object.fromEntries(
        ['api', ...Array.from({ length: 30 }, (_, i) => `s${i}`)].map((key) => [key, service]),
      ),
    });
    const names = large.stacks.map(({ name }) => name);
    for (const { name } of small.stacks) expect(names).toContain(name);
  });

  test('each stack comes after those that it depends on, also where services call each other in a circle', () => {
    const { stacks } = planOf({
      ...base,
      services: {
        a: { ...service, calls: ['b'] },
        b: { ...service, calls: ['c'] },
        c: { ...service, calls: ['a'] },
        d: { ...service, calls: ['b', 'c'] },
      },
    });
    const keys = stacks.map(({ key }) => key);
    for (const { key, dependsOn } of stacks)
      for (const each of dependsOn)
        expect(keys.indexOf(each), `${each} before ${key}`).toBeLessThan(keys.indexOf(key));
  });

  test('a service comes after those that it calls', () => {
    const { stacks } = planOf({ ...base, services: { a: { ...service, calls: ['z'] }, z: service } });
    expect(stacks.find(({ key }) => key === 'service/a')?.dependsOn).toContain('service/z');
  });

  test('no stores, no data stack; names carry system and environment', () => {
    const { stacks } = planOf({ ...base, services: { api: service } }, 'pr42');
    expect(stacks.map(({ name }) => name)).toEqual([
      'books-pr42-registries',
      'books-pr42-foundation',
      'books-pr42-service-api',
      'books-pr42-dashboard',
    ]);
  });
});
