import { entry, ROTATION_CODE, ROTATION_FUNCTION, rotationLabel } from '@breakwater/plan';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ApplyTransform } from '../../transform.ts';
import { InlineFunction } from '../inline-function.ts';
import type { GeneratedSecretPlan } from './secrets.ts';

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
          actions: [...ROTATION_FUNCTION.actions.cluster],
          resources: [database.clusterArn],
        }),
      }
    : {
        environment: { INSTANCE: database.instanceIdentifier },
        statement: new iam.PolicyStatement({
          actions: [...ROTATION_FUNCTION.actions.instance],
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
      actions: [...ROTATION_FUNCTION.actions.secret],
      resources: [secret.secretArn],
    }),
    // AWS gives this action no resource.
    new iam.PolicyStatement({ actions: [...ROTATION_FUNCTION.actions.any], resources: ['*'] }),
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
  secret: GeneratedSecretPlan,
  secrets: Readonly<Record<string, secretsmanager.Secret>>,
  databases: Readonly<Record<string, Database>>,
  logGroups: Readonly<Record<string, logs.LogGroup>>,
  transform: ApplyTransform,
): void {
  const { rotation: planned, rotationDays } = secret;
  if (planned === null || rotationDays === null) return;
  const database = planned.database === null ? undefined : entry(databases, planned.database, 'database');
  const resource = entry(secrets, secret.key, 'secret');
  const { function: rotation } = new InlineFunction(parent, constructId(secret.key), {
    key: `rotation/${secret.key}`,
    description: rotationLabel(secret),
    code: ROTATION_CODE,
    timeout: Duration.seconds(planned.timeoutSeconds),
    environment: {
      ...planned.environment,
      ...(database === undefined ? {} : databaseAccess(database).environment),
    },
    logGroup: entry(logGroups, planned.logGroup, 'log group'),
    statements: statementsFor(resource, database),
    transform,
  });
  resource.addRotationSchedule('Rotation', {
    rotationLambda: rotation,
    automaticallyAfter: Duration.days(rotationDays),
    rotateImmediatelyOnUpdate: false,
  });
  // CDK lets Secrets Manager call the function, but of any account.
  for (const child of rotation.node.findAll())
    if (child instanceof lambda.CfnPermission) child.sourceAccount = Stack.of(parent).account;
}
