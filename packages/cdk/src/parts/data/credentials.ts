import { entry, type SecretPlan } from '@breakwater/plan';
import { SecretValue } from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/**
 * The master user's credentials: always those of the plan's secret, so that what services are given opens the database.
 * A generated secret is completed with the database's host, port and name. One that exists already is only read, by
 * CloudFormation, when the database is created: nobody writes into a secret that belongs to someone else.
 */
export function masterCredentials(
  plan: SecretPlan,
  secrets: Readonly<Record<string, secretsmanager.ISecret>>,
): rds.Credentials {
  if (plan.kind === 'generated')
    return rds.Credentials.fromSecret(entry(secrets, plan.key, 'secret'), plan.username);
  const field = (jsonField: string) => SecretValue.secretsManager(plan.name, { jsonField });
  // Not a value: a reference that CloudFormation resolves.
  return rds.Credentials.fromPassword(field('username').unsafeUnwrap(), field('password'));
}
