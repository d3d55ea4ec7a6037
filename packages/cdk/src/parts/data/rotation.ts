import type { Plan } from '@breakwater/plan';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { constructId, entry } from '../../entry.ts';
import type { ApplyTransform } from '../../transform.ts';
import { InlineFunction } from '../inline-function.ts';
import { ROTATION_CODE } from './rotation-code.ts';
import { type GeneratedSecretPlan, passwordRules } from './secrets.ts';

type Database = rds.DatabaseCluster | rds.DatabaseInstance;

/** What the function may do to the database whose master password it changes. */
function databaseAccess(database: Database): {
  readonly environment: Readonly<Record<string, string>>;
  readonly statement: iam.PolicyStatement;
} {
  return database instanceof rds.DatabaseCluster
    ? {
        environment: { CLUSTER: database.clusterIdentifier },
        statement: new iam.PolicyStatement({
          actions: ['rds:DescribeDBClusters', 'rds:ModifyDBCluster'],
          resources: [database.clusterArn],
        }),
      }
    : {
        environment: { INSTANCE: database.instanceIdentifier },
        statement: new iam.PolicyStatement({
          actions: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'],
          resources: [database.instanceArn],
        }),
      };
}

/** What the function may do: with its own secret, and with the database that it opens. */
function statementsFor(
  secret: secretsmanager.ISecret,
  database: Database | undefined,
): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [secret.secretArn],
    }),
    // AWS gives this action no resource.
    new iam.PolicyStatement({ actions: ['secretsmanager:GetRandomPassword'], resources: ['*'] }),
    ...(database === undefined ? [] : [databaseAccess(database).statement]),
  ];
}

/**
 * Rotates a generated secret as often as the plan says: a function of our own, which needs no application from the
 * Serverless Application Repository, no macro and no place in the VPC. Not at once: tasks keep the password that they
 * started with, and a deployment must not take it away from them.
 */
export function rotateSecret(
  parent: Construct,
  plan: Plan,
  secret: GeneratedSecretPlan,
  secrets: Readonly<Record<string, secretsmanager.Secret>>,
  databases: Readonly<Record<string, Database>>,
  logGroups: Readonly<Record<string, logs.LogGroup>>,
  transform: ApplyTransform,
): void {
  if (secret.rotationDays === null) return;
  const owner = Object.values(plan.databases).find((each) => each.secret === secret.key);
  const database = owner === undefined ? undefined : entry(databases, owner.key, 'database');
  const resource = entry(secrets, secret.key, 'secret');
  const rules = passwordRules(secret);
  const { function: rotation } = new InlineFunction(parent, constructId(secret.key), {
    key: `rotation/${secret.key}`,
    description: `Rotates the secret ${secret.name}`,
    code: ROTATION_CODE,
    // Setting a database's password can take minutes.
    timeout: database === undefined ? Duration.minutes(1) : Duration.minutes(15),
    environment: {
      PASSWORD_LENGTH: String(rules.passwordLength),
      EXCLUDE_PUNCTUATION: String(rules.excludePunctuation),
      EXCLUDE_CHARACTERS: secret.excludeCharacters,
      INCLUDE_SPACE: String(rules.includeSpace),
      ...(database === undefined ? {} : databaseAccess(database).environment),
    },
    logGroup: entry(logGroups, `rotation/${secret.key}`, 'log group'),
    statements: statementsFor(resource, database),
    transform,
  });
  resource.addRotationSchedule('Rotation', {
    rotationLambda: rotation,
    automaticallyAfter: Duration.days(secret.rotationDays),
    rotateImmediatelyOnUpdate: false,
  });
  // CDK lets Secrets Manager call the function, but of any account.
  for (const child of rotation.node.findAll())
    if (child instanceof lambda.CfnPermission) child.sourceAccount = Stack.of(parent).account;
}
