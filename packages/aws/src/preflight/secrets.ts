import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretPlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { isNamed, toAwsError } from '../failures.ts';
import { clientOptions } from '../session.ts';
import { mapLimited } from '../work.ts';
import { type Check, combine, type Findings, NOTHING } from './findings.ts';

type ExistingSecret = Extract<SecretPlan, { kind: 'existing' }>;

/** Secrets that the definition takes for granted are there, and have the fields that tasks are given. */
export const checkSecrets: Check = async ({ session, plan }) => {
  const client = new SecretsManagerClient(clientOptions(session));
  const existing = Object.values(plan.secrets).filter(
    (secret): secret is ExistingSecret => secret.kind === 'existing',
  );
  return combine(
    await mapLimited(existing, 4, async (secret) => {
      const asked = Object.values(plan.services).flatMap(({ secrets }) =>
        Object.values(secrets).flatMap((use) =>
          use.secret === secret.key && use.key !== null ? [use.key] : [],
        ),
      );
      return checkSecret(client, secret, [...new Set([...secret.fields, ...asked])]);
    }),
  );
};

async function checkSecret(
  client: SecretsManagerClient,
  { name }: ExistingSecret,
  fields: readonly string[],
): Promise<Findings> {
  const problem = (what: string, why: string, fix: string): Findings => ({
    problems: [new AwsError('missing-secret', what, { why, fix })],
    warnings: [],
  });
  const example =
    fields.length === 0 ? 'VALUE' : JSON.stringify(Object.fromEntries(fields.map((f) => [f, '…'])));
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    if (DeletedDate !== undefined) {
      return problem(
        `The secret ${name} is being deleted`,
        `it was given up on ${DeletedDate.toISOString()} and waits for its end`,
        `Restore it: aws secretsmanager restore-secret --secret-id ${name}`,
      );
    }
    if (fields.length === 0) return NOTHING;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    const missing = missingFields(SecretString, fields);
    if (missing === null) {
      return problem(
        `The secret ${name} is not JSON`,
        `the definition reads ${fields.join(', ')} from it`,
        `Give it a value such as ${example}.`,
      );
    }
    if (missing.length === 0) return NOTHING;
    return problem(
      `The secret ${name} lacks ${missing.join(', ')}`,
      'tasks that ask for a field that is not there do not start',
      'Add what is missing to its value, or correct `fields` in the definition.',
    );
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) {
      return problem(
        `There is no secret ${name}`,
        'the definition says that it exists already, and tasks do not start without it',
        `Create it: aws secretsmanager create-secret --name ${name} --secret-string '${example}'`,
      );
    }
    const { message, why } = toAwsError(error, `read the secret ${name}`);
    return { problems: [], warnings: [`The secret ${name} could not be checked: ${message} (${why ?? ''})`] };
  }
}

/** Fields that a secret's value lacks; null when it is no JSON object. */
export function missingFields(
  value: string | undefined,
  fields: readonly string[],
): readonly string[] | null {
  try {
    const json: unknown = JSON.parse(value ?? '');
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    return fields.filter((field) => !(field in json));
  } catch {
    return null;
  }
}
