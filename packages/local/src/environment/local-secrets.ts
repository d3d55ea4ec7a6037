import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SecretPlan } from '@breakwater/plan';
import { EngineError } from '../state/engine-error.ts';

/** Fields of the system's secrets on this machine: secret key → field → value. A secret without fields has the one field ''. */
export type LocalSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

const RANDOM_BYTES = 24;

async function readSecrets(file: string): Promise<Record<string, Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Node's file errors carry a code.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const fix = 'Correct it, or move it away to have new values made.';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new EngineError('BAD_REQUEST', `The secrets of this machine (${file}) are not JSON.`, fix);
  }
  const secrets: Record<string, Record<string, string>> = {};
  if (typeof parsed !== 'object' || parsed === null)
    throw new EngineError('BAD_REQUEST', `${file} holds no object.`, fix);
  for (const [key, fields] of Object.entries(parsed)) {
    if (typeof fields !== 'object' || fields === null) continue;
    secrets[key] = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  }
  return secrets;
}

/**
 * Values for the plan's secrets on this machine, from `.breakwater/secrets.json` (mode 0600), which the developer may
 * edit. What is not there yet gets a random value and is added; databases' credentials come from the store instead.
 *
 * @returns the values and the names (`secret.field`) that were made up, so that the developer can be told
 */
export async function loadLocalSecrets(
  file: string,
  plans: readonly SecretPlan[],
): Promise<{ readonly secrets: LocalSecrets; readonly made: readonly string[] }> {
  const secrets = await readSecrets(file);
  const made: string[] = [];
  for (const plan of plans) {
    const values = secrets[plan.key] ?? {};
    secrets[plan.key] = values;
    for (const field of plan.fields.length > 0 ? plan.fields : ['']) {
      if (values[field] !== undefined) continue;
      const isUser = plan.kind === 'generated' && field === 'username';
      values[field] = isUser ? plan.username : randomBytes(RANDOM_BYTES).toString('base64url');
      made.push(field === '' ? plan.key : `${plan.key}.${field}`);
    }
  }
  if (made.length > 0) {
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.new`;
    await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, file);
  }
  return { secrets, made };
}
