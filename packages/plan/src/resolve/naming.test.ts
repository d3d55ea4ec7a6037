import { describe, expect, test } from 'vitest';
import { patternName } from './naming.ts';

const parts = { type: 'tg', purpose: 'catalog', env: 'dev', system: 'shop' };

describe('patternName', () => {
  test('follows the pattern', () => {
    expect(patternName('target-group', '{type}-{purpose}-{env}', parts)).toBe('tg-catalog-dev');
    expect(patternName('target-group', '{type}-{env}-{purpose}', parts)).toBe('tg-dev-catalog');
  });

  test('puts the type beside the purpose where the pattern has no place for it', () => {
    expect(patternName('target-group', '{purpose}-{env}', parts)).toBe('catalog-tg-dev');
  });

  test('puts the purpose beside the type where the pattern has no place for it, except for the system itself', () => {
    expect(patternName('target-group', 'flask-{type}-{env}', parts)).toBe('flask-catalog-tg-dev');
    expect(patternName('cluster', 'flask-{type}-{env}', { ...parts, type: 'cluster', purpose: 'shop' })).toBe(
      'flask-cluster-dev',
    );
  });

  test('shortens the purpose with a stable hash and keeps the environment', () => {
    const long = { ...parts, purpose: 'a-very-long-purpose-of-a-service-indeed', env: 'pr42' };
    const name = patternName('target-group', '{type}-{purpose}-{env}', long);
    expect(name).toMatch(/^tg-a-very-long-pu[a-z-]*-[a-z2-7]{6}-pr42$/);
    expect(name.length).toBeLessThanOrEqual(32);
    expect(patternName('target-group', '{type}-{purpose}-{env}', long)).toBe(name);
    expect(
      patternName('target-group', '{type}-{purpose}-{env}', { ...long, purpose: `${long.purpose}x` }),
    ).not.toBe(name);
  });

  test('makes names acceptable to their kind', () => {
    expect(patternName('database', '{type}--{purpose}_{env}', parts)).toBe('tg-catalog-dev');
    expect(patternName('key-alias', '{type}-{purpose}-{env}', parts)).toBe('alias/tg-catalog-dev');
    expect(patternName('security-group', '{type}-{purpose}-{env}', { ...parts, type: 'sg' })).not.toMatch(
      /^sg-/,
    );
  });
});
