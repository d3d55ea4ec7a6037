import type { Plan } from '@breakwater/plan';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { entry } from '../../entry.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import type { ApplyTransform } from '../../transform.ts';
import { ROTATION_CODE } from './rotation-code.ts';
import { type GeneratedSecretPlan, REFUSED_BY_RDS } from './secrets.ts';

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

function rotationRole(
  scope: Construct,
  secret: GeneratedSecretPlan,
  logGroup: logs.LogGroup,
  database: Database | undefined,
  transform: ApplyTransform,
): iam.Role {
  const statements = [
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    ...(database === undefined ? [] : [databaseAccess(database).statement]),
  ];
  const props: iam.RoleProps = {
    description: `Rotates the secret ${secret.name}`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { rotation: new iam.PolicyDocument({ statements }) },
  };
  return new iam.Role(scope, 'role', transform('role', `rotation/${secret.key}`, props));
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
  transform: ApplyTransform,
): void {
  if (secret.rotationDays === null) return;
  const scope = new Construct(parent, secret.key);
  const owner = Object.values(plan.databases).find((each) => each.secret === secret.key);
  const database = owner === undefined ? undefined : entry(databases, owner.key, 'database');
  const logGroup = new logs.LogGroup(
    scope,
    'logs',
    transform('logGroup', `rotation/${secret.key}`, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: REMOVAL_POLICIES[secret.removal],
    }),
  );
  const rotation = new lambda.Function(scope, 'function', {
    description: `Rotates the secret ${secret.name}`,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromInline(ROTATION_CODE),
    role: rotationRole(scope, secret, logGroup, database, transform),
    logGroup,
    // Setting a database's password can take minutes.
    timeout: database === undefined ? Duration.minutes(1) : Duration.minutes(15),
    environment: {
      PASSWORD_LENGTH: String(secret.passwordLength),
      EXCLUDE_PUNCTUATION: String(secret.excludePunctuation),
      EXCLUDE_CHARACTERS: secret.excludePunctuation ? '' : REFUSED_BY_RDS,
      INCLUDE_SPACE: String(!secret.excludeSpace),
      ...(database === undefined ? {} : databaseAccess(database).environment),
    },
  });
  const resource = entry(secrets, secret.key, 'secret');
  resource.addRotationSchedule('rotation', {
    rotationLambda: rotation,
    automaticallyAfter: Duration.days(secret.rotationDays),
    rotateImmediatelyOnUpdate: false,
  });
  // CDK lets Secrets Manager call the function, but of any account.
  for (const child of rotation.node.findAll())
    if (child instanceof lambda.CfnPermission) child.sourceAccount = Stack.of(scope).account;
}
