import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { synthesize } from '@breakwater/cdk';
import { type Definition, formatDiagnostics, type Plan, resolve } from '@breakwater/plan';
import catalog from '../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../systems/storefront/breakwater.config.ts';
import { ACCOUNT } from './start.ts';

/** The four reference systems. */
export const SYSTEMS = { catalog, shop, payments, storefront } as const;
export type SystemName = keyof typeof SYSTEMS;

/** The plan of a reference system in the emulator's account. */
export function planOf(name: SystemName, env = 'dev'): Plan {
  const { plan, diagnostics } = resolve(SYSTEMS[name] as Definition, { env, account: ACCOUNT });
  if (plan === null) throw new Error(formatDiagnostics(diagnostics));
  return plan;
}

/** Creates the secrets that a plan expects to exist. */
export async function createExistingSecrets({ secrets, region }: Plan): Promise<void> {
  const client = new SecretsManagerClient({ region });
  for (const secret of Object.values(secrets)) {
    if (secret.kind !== 'existing') continue;
    const value = Object.fromEntries(secret.fields.map((field) => [field, `${field} of a test`]));
    await client.send(new CreateSecretCommand({ Name: secret.name, SecretString: JSON.stringify(value) }));
  }
}

/** The cloud assembly of a plan in a folder of its own, which `remove` deletes. */
export async function assemblyOf(plan: Plan): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-assembly-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    synthesize({ plan, outdir: directory });
  } catch (error) {
    await remove();
    throw error;
  }
  return { directory, remove };
}
