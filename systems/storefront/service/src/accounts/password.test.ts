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

test('more than can be worked off in time are told to try again', async () => {
  const results = await Promise.allSettled(Array.from({ length: 44 }, () => verifyPassword('x', undefined)));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(2);
  expect(refused[0]?.reason).toMatchObject({ status: 503 });
}, 60_000);
