import type { Plan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * Settings of a stack for `aws:` that say how to reach AWS, by the method that reads them. The region is the plan's. The plan's tags
 * stand on each resource; `aws:defaultTags` come on top.
 */
export const ACCESS = {
  get: [
    'profile',
    'customCaBundle',
    'ec2MetadataServiceEndpoint',
    'httpProxy',
    'httpsProxy',
    'noProxy',
    'retryMode',
    'stsRegion',
  ],
  getBoolean: [
    'insecure',
    's3UsePathStyle',
    'skipCredentialsValidation',
    'skipMetadataApiCheck',
    'skipRegionValidation',
    'skipRequestingAccountId',
    'useDualstackEndpoint',
    'useFipsEndpoint',
  ],
  getNumber: ['maxRetries'],
  getSecret: ['accessKey', 'secretKey', 'token'],
  getObject: [
    'allowedAccountIds',
    'assumeRoles',
    'assumeRoleWithWebIdentity',
    'defaultTags',
    'endpoints',
    'forbiddenAccountIds',
    'ignoreTags',
    'sharedConfigFiles',
    'sharedCredentialsFiles',
  ],
} as const;

function settings(): aws.ProviderArgs {
  const config = new pulumi.Config('aws');
  const readers: Readonly<Record<keyof typeof ACCESS, (key: string) => unknown>> = {
    get: (key) => config.get(key),
    getBoolean: (key) => config.getBoolean(key),
    getNumber: (key) => config.getNumber(key),
    getSecret: (key) => config.getSecret(key),
    getObject: (key) => config.getObject(key),
  };
  // The keys are those of the table.
  const methods = Object.keys(ACCESS) as (keyof typeof ACCESS)[];
  const found = methods.flatMap((method) =>
    ACCESS[method].flatMap((key) => {
      const value = readers[method](key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  // Each key is one of the provider's arguments, and the provider itself checks their values.
  return Object.fromEntries(found) as aws.ProviderArgs;
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
