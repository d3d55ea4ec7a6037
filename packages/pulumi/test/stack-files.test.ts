import { existsSync, readFileSync } from 'node:fs';
import { SYSTEM_NAMES, type SystemName } from '@breakwater/testkit';
import { expect, test } from 'vitest';
import { definitions } from './conformance-target.ts';

const file = (system: SystemName, name: string) =>
  new URL(`../../../systems/${system}/pulumi/${name}`, import.meta.url);

/** `dev`, and every environment that the definition says something about. */
const cases = SYSTEM_NAMES.flatMap((system) => {
  // A definition is an object; `environments` is one of its fields.
  const { environments = {} } = definitions[system] as { readonly environments?: object };
  return ['dev', ...Object.keys(environments)].map((env) => [system, env] as const);
});

test('there is more than dev', () => {
  expect(cases.map(([, env]) => env)).toContain('prod');
});

test.each(cases)('%s has settings for a stack %s', (system, env) => {
  expect(readFileSync(file(system, 'Pulumi.yaml'), 'utf8')).toMatch(new RegExp(`^name: ${system}$`, 'm'));
  const settings = file(system, `Pulumi.${env}.yaml`);
  expect(existsSync(settings)).toBe(true);
  expect(readFileSync(settings, 'utf8')).toMatch(
    new RegExp(`^ {2}${system}:environmentSuffix: ${env}$`, 'm'),
  );
});
