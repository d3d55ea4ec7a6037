import { entry, type Plan, type SecretPlan, secretLabel } from '@breakwater/plan';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import type { ApplyTransform } from '../../transform.ts';

/** A secret that the stack generates. */
export type GeneratedSecretPlan = Extract<SecretPlan, { kind: 'generated' }>;

/** How the password of a secret is made. */
export function passwordRules(secret: GeneratedSecretPlan) {
  return {
    passwordLength: secret.passwordLength,
    excludePunctuation: secret.excludePunctuation,
    includeSpace: !secret.excludeSpace,
    ...(secret.excludeCharacters === '' ? {} : { excludeCharacters: secret.excludeCharacters }),
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
    description: secretLabel(plan, secret),
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: secret.username }),
      generateStringKey: 'password',
      ...passwordRules(secret),
    },
    removalPolicy: REMOVAL_POLICIES[secret.removal],
    ...(secret.encryptionKey === null ? {} : { encryptionKey: entry(keys, secret.encryptionKey, 'key') }),
  };
  return new secretsmanager.Secret(scope, constructId(secret.key), transform('secret', secret.key, props));
}
