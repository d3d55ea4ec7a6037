import { entry, type SecretPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../../scope.ts';
import { fieldOf, type SecretResources } from './secrets.ts';

/** User name and password of a database's first user. */
export interface Credentials {
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Output<string>;
}

/**
 * The master user's credentials: always those of the plan's secret, so that what services are given opens the database.
 * One that exists already is only read: nobody writes into a secret that belongs to someone else.
 */
export function masterCredentials(
  scope: Scope,
  plan: SecretPlan,
  secrets: Readonly<Record<string, SecretResources>>,
): Credentials {
  if (plan.kind === 'generated')
    return { username: plan.username, password: entry(secrets, plan.key, 'secret').password };
  const { secretString } = aws.secretsmanager.getSecretVersionOutput(
    { secretId: plan.name },
    { parent: scope.parent },
  );
  const text = pulumi.secret(secretString);
  return { username: fieldOf(text, 'username'), password: fieldOf(text, 'password') };
}
