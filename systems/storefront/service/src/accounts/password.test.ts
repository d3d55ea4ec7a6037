import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

test('a password fits its hash, however its letters are composed; nothing else does', async () => {
  const hashed = await hashPassword('Zoë keeps bees');
  expect(hashed).toMatch(/^scrypt\$15\$8\$3\$/);
  expect(await hashPassword('Zoë keeps bees')).not.toBe(hashed);
  expect(await verifyPassword('Zoe\u0308 keeps bees', hashed)).toBe(true);
  expect(await verifyPassword('Zoë keeps bee', hashed)).toBe(false);
  for (const broken of [undefined, '', 'none', hashed.replace('scrypt', 'plain')])
    expect(await verifyPassword('Zoë keeps bees', broken)).toBe(false);
});
