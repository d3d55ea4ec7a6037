import { createHash } from 'node:crypto';
import type { RateLimitConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { Credentials, NewAccount } from './account-input.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** An account that has proved who it is. */
export interface Account {
  readonly id: string;
  readonly name: string;
}

/** People who shop here. */
export interface Accounts {
  /** @throws Problem 409 when the email has an account, 429 when the address asks too often */
  signUp(account: NewAccount, address: string): Promise<Account>;
  /** @throws Problem 401 when email and password do not fit, 429 when the address or account is asked too often */
  signIn(credentials: Credentials, address: string): Promise<Account>;
}

const find = { name: 'account', text: 'SELECT id, name, password FROM users WHERE email = $1' };
const create = {
  name: 'new-account',
  text: 'INSERT INTO users (email, name, password) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING id',
};

/** Windows of time in which sign-ins are counted. Seconds. */
const windows = { address: 60, account: 300 };

/** The counts are kept in the table of sessions, so that all tasks share them. */
export function createAccounts(
  database: Database,
  table: Pick<SessionTable, 'count'>,
  limits: RateLimitConfig,
): Accounts {
  async function limit(kind: keyof typeof windows, who: string, most: number): Promise<void> {
    // Hashed: an address is nothing that a table of sessions should tell.
    const key = `${kind}#${createHash('sha256').update(who).digest('hex').slice(0, 32)}`;
    const { attempts, secondsLeft } = await table.count(key, windows[kind]);
    if (attempts > most)
      throw new Problem(429, `Too many attempts to sign in: wait ${secondsLeft} s.`, {
        kind: 'too-many-requests',
        retryAfter: secondsLeft,
      });
  }

  return {
    async signUp({ email, name, password }, address) {
      await limit('address', address, limits.signInsPerAddress);
      const taken = () =>
        new Problem(409, 'This email has an account already: sign in instead.', {
          kind: 'email-taken',
          members: { field: 'email' },
        });
      // Looked up first, because the hash costs a tenth of a second.
      if ((await database.read(find, [email])).length > 0) throw taken();
      const [row] = await database.write(create, [email, name, await hashPassword(password)]);
      const id = row?.[0];
      if (id == null) throw taken();
      return { id, name };
    },
    async signIn({ email, password }, address) {
      await limit('address', address, limits.signInsPerAddress);
      await limit('account', email, limits.signInsPerAccount);
      const [row] = await database.read(find, [email]);
      const [id, name, hashed] = row ?? [];
      const right = await verifyPassword(password, hashed ?? undefined);
      if (!right || id == null || name == null)
        throw new Problem(401, 'Email and password do not fit together.', { kind: 'wrong-credentials' });
      return { id, name };
    },
  };
}
