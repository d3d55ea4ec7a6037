import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { EngineError } from '../../state/engine-error.ts';

/** Passwords by user name. */
export type Passwords = Readonly<Record<string, string>>;

/** Letters and digits only: AWS forbids `/ " @` and space, and these survive every connection string. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A password by the operating system's random numbers. */
export function generatePassword(length = 32): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** What the file (mode 0600) holds; null when there is none. Throws {@link EngineError} when it cannot be read. */
export async function readPasswords(file: string): Promise<Passwords | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new EngineError('STORE_FAILED', `The database's passwords in ${file} cannot be read.`, null, {
      cause,
    });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const entries = Object.entries(parsed).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    );
    return Object.fromEntries(entries);
  } catch {
    // A torn file is as good as none: new passwords are set from inside. No cause, it would quote the text.
    return null;
  }
}

/** Writes the file whole or not at all, for the engine's user alone. */
export async function writePasswords(file: string, passwords: Passwords): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(temporary, file);
}

/**
 * What PostgreSQL keeps of a password; setting this instead of the password keeps it out of statements and logs.
 * Format: https://www.postgresql.org/docs/18/catalog-pg-authid.html
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
