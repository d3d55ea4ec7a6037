import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { checkSecretValue, type ExpectedSecret, expectedSecrets, type Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { isNamed, toAwsError } from '../failures.ts';
import { clientOptions } from '../session.ts';
import { mapLimited } from '../work.ts';
import { type Check, combine, type Findings, failureOf, NOTHING } from './findings.ts';

/** Secrets that the definition takes for granted are there, and have the fields that tasks are given. */
export const checkSecrets: Check = async ({ session, plan }) => {
  const client = new SecretsManagerClient(clientOptions(session));
  return combine(
    await mapLimited(expectedSecrets(plan), 4, async (secret) => checkSecret(client, plan, secret)),
  );
};

async function checkSecret(
  client: SecretsManagerClient,
  plan: Plan,
  secret: ExpectedSecret,
): Promise<Findings> {
  const { name, fields } = secret;
  const judged = (value: string | undefined | null): Findings => ({
    problems: checkSecretValue(plan, secret, value).map((found) => failureOf('missing-secret', found)),
    warnings: [],
  });
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    if (DeletedDate !== undefined) {
      const problem = new AwsError('missing-secret', `The secret ${name} is being deleted`, {
        why: `it was given up on ${DeletedDate.toISOString()} and waits for its end`,
        fix: `Restore it: aws secretsmanager restore-secret --secret-id ${name}`,
      });
      return { problems: [problem], warnings: [] };
    }
    if (fields.length === 0) return NOTHING;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return judged(SecretString);
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return judged(null);
    const { message, why } = toAwsError(error, `read the secret ${name}`);
    return { problems: [], warnings: [`The secret ${name} could not be checked: ${message} (${why ?? ''})`] };
  }
}
