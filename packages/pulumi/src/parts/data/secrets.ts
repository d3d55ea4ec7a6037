import { entry, type Plan, type SecretPlan, secretLabel } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { child, idOf, type Scope, stored, tagsOf } from '../../scope.ts';

/** A secret that the program generates. */
export type GeneratedSecretPlan = Extract<SecretPlan, { kind: 'generated' }>;

const opensDatabase = (plan: Plan, secret: GeneratedSecretPlan): boolean =>
  Object.values(plan.databases).some((database) => database.secret === secret.key);

/** A generated secret with the version that holds the first password. */
export interface SecretResources {
  readonly secret: aws.secretsmanager.Secret;
  readonly initial: aws.secretsmanager.SecretVersion;
  /** Of the first version, as a secret of Pulumi's: encrypted in its state, never shown. */
  readonly password: pulumi.Output<string>;
}

/** A field of a secret's JSON. The value stays a secret of Pulumi's. */
export function fieldOf(text: pulumi.Output<string>, field: string): pulumi.Output<string> {
  return pulumi.secret(
    text.apply((json) => {
      // Whatever it holds, a missing field is told by name only.
      const value = (JSON.parse(json) as Readonly<Record<string, unknown>>)[field];
      if (typeof value !== 'string') throw new Error(`The secret has no field '${field}'.`);
      return value;
    }),
  );
}

/**
 * Options of a version: what it says is decided when it is created. Secrets Manager makes another password each time it is
 * asked, and rotation moves the label AWSCURRENT on; neither may be taken back by the next update.
 */
const decidedOnce = { ignoreChanges: ['secretString', 'versionStages'] };

/**
 * A generated secret: the user's name, and a password that Secrets Manager makes. The versions carry a label of their own
 * beside AWSCURRENT: Secrets Manager throws away versions without any, and Pulumi would create them again, with the first password
 * as the current one.
 */
export function createSecret(
  scope: Scope,
  plan: GeneratedSecretPlan,
  keys: Readonly<Record<string, aws.kms.Key>>,
): SecretResources {
  const id = idOf(scope, plan.key);
  const secret = new aws.secretsmanager.Secret(
    id,
    scope.transform('secret', plan.key, {
      name: plan.name,
      description: secretLabel(scope.plan, plan),
      ...(plan.encryptionKey === null ? {} : { kmsKeyId: entry(keys, plan.encryptionKey, 'key').arn }),
      // Otherwise its name stays taken for as many days after it is deleted.
      ...(scope.plan.protect ? {} : { recoveryWindowInDays: 0 }),
      tags: tagsOf(scope),
    }),
    stored(scope, plan.removal),
  );
  const { randomPassword } = aws.secretsmanager.getRandomPasswordOutput(
    {
      passwordLength: plan.passwordLength,
      excludePunctuation: plan.excludePunctuation,
      includeSpace: !plan.excludeSpace,
      ...(plan.excludeCharacters === '' ? {} : { excludeCharacters: plan.excludeCharacters }),
      // As CloudFormation does where nothing is said.
      requireEachIncludedType: true,
    },
    { parent: scope.parent },
  );
  const initial = new aws.secretsmanager.SecretVersion(
    `${id}-initial`,
    {
      secretId: secret.id,
      secretString: pulumi.secret(
        pulumi.jsonStringify({ username: plan.username, password: randomPassword }),
      ),
      // A database's secret is not complete before the database is there.
      versionStages: opensDatabase(scope.plan, plan) ? ['INITIAL'] : ['INITIAL', 'AWSCURRENT'],
    },
    child(scope, decidedOnce),
  );
  const text = initial.secretString.apply((value) => value ?? '{}');
  return { secret, initial, password: fieldOf(text, 'password') };
}

/** Where a database is: what services are given beside name and password. */
export interface DatabaseAddress {
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly dbname: string;
  /** `dbClusterIdentifier` or `dbInstanceIdentifier`. */
  readonly identifier: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Completes a database's secret with the database's address: the version that services read, until rotation makes the next. */
export function completeSecret(
  scope: Scope,
  plan: GeneratedSecretPlan,
  { secret, password }: SecretResources,
  { host, port, dbname, identifier }: DatabaseAddress,
): aws.secretsmanager.SecretVersion {
  return new aws.secretsmanager.SecretVersion(
    `${idOf(scope, plan.key)}-complete`,
    {
      secretId: secret.id,
      secretString: pulumi.secret(
        pulumi.jsonStringify({
          engine: 'postgres',
          username: plan.username,
          password,
          host,
          port,
          dbname,
          ...identifier,
        }),
      ),
      versionStages: ['COMPLETE', 'AWSCURRENT'],
    },
    child(scope, decidedOnce),
  );
}
