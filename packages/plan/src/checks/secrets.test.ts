import { expect, test } from 'vitest';
import { planOf, systems } from '../../test/systems.ts';
import { checkSecretValue, expectedSecrets } from './secrets.ts';

const plan = planOf(systems['storefront'], 'dev');
const [secret] = expectedSecrets(plan);
if (secret === undefined) throw new Error('the storefront reads an existing secret');

test('the fields that tasks are given are among those that a secret must have', () => {
  expect(secret.fields).toEqual(expect.arrayContaining(['username', 'password']));
});

test.each([
  ['not there', null, ['BW1801']],
  ['all there', '{"a":1,"b":""}', []],
  ['one missing', '{"a":1}', ['BW1803']],
  ['no object', '["a","b"]', ['BW1802']],
  ['a plain text', 'hunter2', ['BW1802']],
  ['a binary secret', undefined, ['BW1802']],
])('a secret: %s', (_what, value, codes) => {
  const found = checkSecretValue(plan, { ...secret, fields: ['a', 'b'] }, value);
  expect(found.map(({ code }) => code)).toEqual(codes);
  expect(JSON.stringify(found)).not.toContain('hunter2');
  for (const { message, path } of found) {
    expect(message).toContain(secret.name);
    expect(path).toMatch(/^stores\./);
  }
});

test('a secret that is given as a whole may have any text', () => {
  expect(checkSecretValue(plan, { ...secret, fields: [] }, 'hunter2')).toEqual([]);
});
