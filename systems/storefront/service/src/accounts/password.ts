import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { createTurns } from './turns.ts';

// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt: N=2^15, r=8, p=3 takes 32 MiB.
const cost = { log2N: 15, r: 8, p: 3 };
const keyLength = 32;

/** Two at once: each takes 32 MiB and a core. Who would wait longer than three seconds is told so. */
const takeTurn = createTurns({ atOnce: 2, waiting: 40, waitMs: 3000 });

/** Hashes a password with a salt of its own; the text says how, so that the cost can rise later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.log2N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join(
    '$',
  );
}

/**
 * Whether the password is the one that was hashed. Without a hash it takes as long and says no, so that nobody learns from the
 * time whether there is such an account.
 */
export async function verifyPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const match = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hashed ?? '');
  if (match === null) {
    await derive(password, Buffer.alloc(16), cost);
    return false;
  }
  const [, log2N, r, p, salt = '', key = ''] = match;
  const wanted = Buffer.from(key, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
  });
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

function derive(password: string, salt: Buffer, { log2N, r, p }: typeof cost): Promise<Buffer> {
  const options = { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r };
  return takeTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFC'), salt, keyLength, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      }),
  );
}
