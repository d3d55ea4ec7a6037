import type { Plan, SecretPlan } from '@breakwater/plan';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { constructId, entry } from '../../entry.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import type { ApplyTransform } from '../../transform.ts';

/** A secret that the stack generates. */
export type GeneratedSecretPlan = Extract<SecretPlan, { kind: 'generated' }>;

/** How the password of a secret is made. */
export interface PasswordRules {
  readonly passwordLength: number;
  readonly excludePunctuation: boolean;
  readonly includeSpace: boolean;
  readonly excludeCharacters: string | undefined;
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.Constraints
const REFUSED_BY_RDS = '/@"\'';

/** The plan's rules; a database's password never has what RDS refuses. */
export function passwordRules(plan: Plan, secret: GeneratedSecretPlan): PasswordRules {
  const ofDatabase = Object.values(plan.databases).some((database) => database.secret === secret.key);
  return {
    passwordLength: secret.passwordLength,
    excludePunctuation: secret.excludePunctuation,
    includeSpace: !secret.excludeSpace && !ofDatabase,
    excludeCharacters: ofDatabase && !secret.excludePunctuation ? REFUSED_BY_RDS : undefined,
  };
}

/** A generated secret: the user's name, and a password that no one has seen. */
export function createSecret(
  scope: Construct,
  plan: Plan,
  secret: GeneratedSecretPlan,
  keys: Readonly<Record<string, kms.IKey>>,
  transform: ApplyTransform,
): secretsmanager.Secret {
  const props: secretsmanager.SecretProps = {
    secretName: secret.name,
    description: `${secret.key} of ${plan.system} in ${plan.env}`,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: secret.username }),
      generateStringKey: 'password',
      ...passwordRules(plan, secret),
    },
    removalPolicy: REMOVAL_POLICIES[secret.removal],
    ...(secret.encryptionKey === null ? {} : { encryptionKey: entry(keys, secret.encryptionKey, 'key') }),
  };
  return new secretsmanager.Secret(scope, constructId(secret.key), transform('secret', secret.key, props));
}
