import { expect, test, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { parseCredentials, parseNewAccount } from './account-input.ts';
import { createAccounts } from './accounts.ts';
import { hashPassword } from './password.ts';

/** What each derivation of a key was asked for: its salt's length and its cost. */
const derived = vi.hoisted(() => [] as unknown[]);
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const scrypt: unknown = (...args: Parameters<typeof crypto.scrypt>) => {
    derived.push([Buffer.byteLength(args[1] as Buffer), args[2], args[3]]);
    return crypto.scrypt(...args);
  };
  return { ...crypto, scrypt };
});

const limits = { signInsPerAddress: 60, signInsPerAccount: 10, checkoutBurst: 10 };

test('an unknown email costs as much work as a wrong password, and is answered the same', async () => {
  const stored = await hashPassword('correct horse battery');
  const database: Pick<Database, 'read'> = {
    read: async (_statement, [email]) => (email === 'known@example.com' ? [['1', 'Known', stored]] : []),
  };
  const table = { count: async () => ({ attempts: 1, secondsLeft: 60 }) };
  // It only reads here.
  const accounts = createAccounts(database as Database, table, limits);
  const attempt = async (email: string, password: string) => {
    derived.length = 0;
    const answer = await accounts.signIn({ email, password }, '192.0.2.1').catch((error: unknown) => error);
    return { answer, work: [...derived] };
  };
  const wrong = await attempt('known@example.com', 'battery horse correct');
  const unknown = await attempt('unknown@example.com', 'battery horse correct');
  expect(wrong.answer).toMatchObject({ status: 401, kind: 'wrong-credentials' });
  expect(unknown).toEqual(wrong);
  expect(wrong.work).toEqual([[16, 32, expect.objectContaining({ N: 2 ** 15, r: 8, p: 3 })]]);
  expect((await attempt('known@example.com', 'correct horse battery')).answer).toEqual({
    id: '1',
    name: 'Known',
  });
});

test('an account is known by its email in lower case, never longer than the table allows', () => {
  const account = { name: 'O', password: 'long enough for this' };
  expect(parseNewAccount({ ...account, email: " Maeve.O'Brien@Example.COM " }).email).toBe(
    "maeve.o'brien@example.com",
  );
  // İ is two characters in lower case.
  const growing = `${'İ'.repeat(200)}@example.com`;
  expect(() => parseNewAccount({ ...account, email: growing })).toThrow('email must be text of 1 to 254');
  expect(() => parseCredentials({ email: growing, password: 'x' })).toThrow('email must be text');
});
