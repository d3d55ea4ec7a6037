import type { Plan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** Settings of a stack for `aws:` that say how to reach AWS. The region is the plan's, and tags stand on each resource. */
const TEXTS = [
  'profile',
  'customCaBundle',
  'ec2MetadataServiceEndpoint',
  'httpProxy',
  'httpsProxy',
  'noProxy',
  'retryMode',
  'stsRegion',
] as const;
const FLAGS = [
  'insecure',
  's3UsePathStyle',
  'skipCredentialsValidation',
  'skipMetadataApiCheck',
  'skipRegionValidation',
  'skipRequestingAccountId',
  'useDualstackEndpoint',
  'useFipsEndpoint',
] as const;
const SECRETS = ['accessKey', 'secretKey', 'token'] as const;
const OBJECTS = [
  'allowedAccountIds',
  'assumeRoles',
  'assumeRoleWithWebIdentity',
  'endpoints',
  'forbiddenAccountIds',
  'sharedConfigFiles',
  'sharedCredentialsFiles',
] as const;

function settings(): aws.ProviderArgs {
  const config = new pulumi.Config('aws');
  const found: Record<string, unknown> = {};
  for (const key of TEXTS) found[key] = config.get(key);
  for (const key of FLAGS) found[key] = config.getBoolean(key);
  for (const key of SECRETS) found[key] = config.getSecret(key);
  for (const key of OBJECTS) found[key] = config.getObject(key);
  found['maxRetries'] = config.getNumber('maxRetries');
  // Each key is one of the provider's arguments, and the provider itself checks their values.
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined),
  ) as aws.ProviderArgs;
}

/**
 * The provider for a plan's region, with the settings that the stack has for `aws:`. In the wrong account, where the plan knows which,
 * it refuses to work.
 */
export function ownProvider(
  name: string,
  { region, account }: Plan,
  options: pulumi.ResourceOptions = {},
): aws.Provider {
  return new aws.Provider(
    name,
    { ...settings(), region, ...(account === null ? {} : { allowedAccountIds: [account] }) },
    options,
  );
}

/** The provider that a system's resources are created by: the one given, or one of its own. */
export function providerFor(
  name: string,
  plan: Plan,
  { provider, providers, parent }: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  if (provider !== undefined || providers !== undefined) return {};
  return { providers: [ownProvider(name, plan, parent === undefined ? {} : { parent })] };
}
