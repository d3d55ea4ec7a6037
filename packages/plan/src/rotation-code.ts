/**
 * The function that rotates generated secrets: what it runs on, and what it must be allowed. The rest is in the plan, secret by secret.
 * `actions` are by what they are about: the function's own secret, the database that the secret opens, and nothing in particular,
 * for AWS gives that action no resource.
 */
export const ROTATION_FUNCTION = {
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  handler: 'index.handler',
  actions: {
    secret: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    any: ['secretsmanager:GetRandomPassword'],
    cluster: ['rds:DescribeDBClusters', 'rds:ModifyDBCluster'],
    instance: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'],
  },
} as const;

/**
 * Source of the function that rotates a generated secret, in the four steps of Secrets Manager: it makes a password,
 * gives it to the database where there is one (as an administrator of RDS, so it needs neither a driver nor a place in
 * the VPC), waits until the database has it, and makes it current. Each step may be repeated.
 *
 * Text and not a function, because it goes into templates and archives as it stands (in a template 4 KiB at most). It never logs what it handles.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export const ROTATION_CODE = `'use strict';
const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
const { RDS } = require('@aws-sdk/client-rds');

const secrets = new SecretsManager({});
const rds = new RDS({});
const { CLUSTER, INSTANCE, PASSWORD_LENGTH, EXCLUDE_PUNCTUATION, EXCLUDE_CHARACTERS, INCLUDE_SPACE } = process.env;

async function read(SecretId, VersionStage, VersionId) {
  const { SecretString } = await secrets.getSecretValue({ SecretId, VersionStage, VersionId });
  return JSON.parse(SecretString);
}

async function pending(SecretId, token) {
  try {
    return await read(SecretId, 'AWSPENDING', token);
  } catch (error) {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function create(SecretId, token) {
  if ((await pending(SecretId, token)) !== undefined) return;
  const current = await read(SecretId, 'AWSCURRENT');
  const { RandomPassword } = await secrets.getRandomPassword({
    PasswordLength: Number(PASSWORD_LENGTH),
    ExcludePunctuation: EXCLUDE_PUNCTUATION === 'true',
    IncludeSpace: INCLUDE_SPACE === 'true',
    ExcludeCharacters: EXCLUDE_CHARACTERS,
    RequireEachIncludedType: true,
  });
  await secrets.putSecretValue({
    SecretId,
    ClientRequestToken: token,
    SecretString: JSON.stringify({ ...current, password: RandomPassword }),
    VersionStages: ['AWSPENDING'],
  });
}

async function set(SecretId, token) {
  if (!CLUSTER && !INSTANCE) return;
  const { password } = await read(SecretId, 'AWSPENDING', token);
  const change = { MasterUserPassword: password, ApplyImmediately: true };
  if (CLUSTER) await rds.modifyDBCluster({ DBClusterIdentifier: CLUSTER, ...change });
  else await rds.modifyDBInstance({ DBInstanceIdentifier: INSTANCE, ...change });
}

async function settled() {
  if (CLUSTER) {
    const { DBClusters } = await rds.describeDBClusters({ DBClusterIdentifier: CLUSTER });
    return DBClusters[0].Status === 'available' && !DBClusters[0].PendingModifiedValues?.MasterUserPassword;
  }
  const { DBInstances } = await rds.describeDBInstances({ DBInstanceIdentifier: INSTANCE });
  const { DBInstanceStatus, PendingModifiedValues } = DBInstances[0];
  return DBInstanceStatus === 'available' && !PendingModifiedValues?.MasterUserPassword;
}

async function test(SecretId, token) {
  const value = await pending(SecretId, token);
  if (value === undefined) return;
  if (!value.password) throw new Error('The new version of the secret has no password');
  if (!CLUSTER && !INSTANCE) return;
  while (!(await settled())) await new Promise((resolve) => setTimeout(resolve, 10000));
}

async function finish(SecretId, token) {
  const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId });
  const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
  if (current === token) return;
  await secrets.updateSecretVersionStage({
    SecretId,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: token,
    RemoveFromVersionId: current,
  });
}

const steps = { createSecret: create, setSecret: set, testSecret: test, finishSecret: finish };

exports.handler = async ({ SecretId, ClientRequestToken, Step }) => {
  const step = steps[Step];
  if (step === undefined) throw new Error('Unknown step');
  await step(SecretId, ClientRequestToken);
};
`;
