import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecretPlan } from '@breakwater/plan';
import { defineSystem, existingSecret, resolve } from '@breakwater/plan';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLocalSecrets } from './local-secrets.ts';

let directory: string;
let file: string;
let plans: readonly SecretPlan[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakwater-secrets-'));
  file = join(directory, 'secrets.json');
  const { plan } = resolve(
    defineSystem({
      name: 'shop',
      region: 'eu-south-1',
      stores: { keys: existingSecret('payment/keys', ['public', 'private']), token: existingSecret('token') },
      services: { web: { image: '.', routes: ['/*'], uses: ['keys', 'token'] } },
    }),
    { env: 'dev' },
  );
  plans = Object.values(plan?.secrets ?? {});
  expect(plans).toHaveLength(2);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the secrets of this machine', () => {
  it('are made up once, kept for the user alone, and the same next time', async () => {
    const first = await loadLocalSecrets(file, plans);
    expect([...first.made].sort()).toEqual([
      'keys.private',
      'keys.public',
      'token.password',
      'token.username',
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const second = await loadLocalSecrets(file, plans);
    expect(second).toEqual({ secrets: first.secrets, made: [] });
  });

  it('are what the developer wrote', async () => {
    writeFileSync(file, '{"keys":{"public":"mine"}}');
    const { secrets, made } = await loadLocalSecrets(file, plans);
    expect(secrets['keys']?.['public']).toBe('mine');
    expect([...made].sort()).toEqual(['keys.private', 'token.password', 'token.username']);
    expect(JSON.parse(readFileSync(file, 'utf8')).keys.public).toBe('mine');
  });

  it.each(['{', '7', 'null'])(
    'that are damaged (%s) are left as they are, with a word about it',
    async (text) => {
      writeFileSync(file, text);
      await expect(loadLocalSecrets(file, plans)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
