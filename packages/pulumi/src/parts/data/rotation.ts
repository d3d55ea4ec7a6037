import {
  entry,
  FUNCTION_LOG_ACTIONS,
  ROTATION_CODE,
  ROTATION_FUNCTION,
  rotationLabel,
} from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, type Statement, trust } from '../../policy.ts';
import { child, idOf, type Scope, tagsOf } from '../../scope.ts';
import type { DatabaseResources } from './database.ts';
import type { GeneratedSecretPlan, SecretResources } from './secrets.ts';

/** What the function may do to the database whose master password it changes, and how it finds it. */
function databaseAccess(database: DatabaseResources): {
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statement: Statement;
} {
  const { arn, kind, address } = database;
  const [identifier] = Object.values(address.identifier);
  if (identifier === undefined) throw new Error('A database without an identifier.');
  return kind === 'cluster'
    ? {
        environment: { CLUSTER: identifier },
        statement: {
          Effect: 'Allow',
          Action: ROTATION_FUNCTION.actions.cluster,
          Resource: arn,
        },
      }
    : {
        environment: { INSTANCE: identifier },
        statement: {
          Effect: 'Allow',
          Action: ROTATION_FUNCTION.actions.instance,
          Resource: arn,
        },
      };
}

/** What the function may do: write its log, read and write its own secret, change the password of the database that it opens. */
function statementsFor(
  logGroup: aws.cloudwatch.LogGroup,
  secret: aws.secretsmanager.Secret,
  database: DatabaseResources | null,
): readonly Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: FUNCTION_LOG_ACTIONS,
      Resource: pulumi.interpolate`${logGroup.arn}:*`,
    },
    {
      Effect: 'Allow',
      Action: ROTATION_FUNCTION.actions.secret,
      Resource: secret.arn,
    },
    // AWS gives this action no resource.
    { Effect: 'Allow', Action: ROTATION_FUNCTION.actions.any, Resource: '*' },
    ...(database === null ? [] : [databaseAccess(database).statement]),
  ];
}

/** What a secret's rotation is built from. */
export interface RotationNeeds {
  readonly secret: SecretResources;
  /** The database that it opens; null: it opens none. */
  readonly database: DatabaseResources | null;
  /** The version that the first rotation starts from. */
  readonly current: aws.secretsmanager.SecretVersion;
  readonly logGroups: Readonly<Record<string, aws.cloudwatch.LogGroup>>;
}

/**
 * Rotates a generated secret as often as the plan says, by a function of our own that needs no place in the VPC. Not at once: tasks
 * keep the password that they started with, and a deployment must not take it away from them.
 */
export function rotateSecret(scope: Scope, plan: GeneratedSecretPlan, needs: RotationNeeds): void {
  const { rotation: planned, rotationDays } = plan;
  if (planned === null || rotationDays === null) return;
  const { database } = needs;
  const { secret } = needs.secret;
  const key = `rotation/${plan.key}`;
  const id = idOf(scope, key);
  const logGroup = entry(needs.logGroups, planned.logGroup, 'log group');
  const description = rotationLabel(plan);
  const role = new aws.iam.Role(
    id,
    scope.transform('role', key, {
      description,
      assumeRolePolicy: trust('lambda.amazonaws.com'),
      tags: tagsOf(scope),
    }),
    child(scope),
  );
  const policy = new aws.iam.RolePolicy(
    id,
    { name: 'function', role: role.name, policy: policyDocument(statementsFor(logGroup, secret, database)) },
    child(scope),
  );
  const rotation = new aws.lambda.Function(
    id,
    {
      description,
      runtime: ROTATION_FUNCTION.runtime,
      architectures: [ROTATION_FUNCTION.architecture],
      handler: ROTATION_FUNCTION.handler,
      code: new pulumi.asset.AssetArchive({ 'index.js': new pulumi.asset.StringAsset(ROTATION_CODE) }),
      role: role.arn,
      // A log group that Lambda creates by itself outlives the system and keeps everything for ever.
      loggingConfig: { logFormat: 'Text', logGroup: logGroup.name },
      timeout: planned.timeoutSeconds,
      environment: {
        variables: {
          ...planned.environment,
          ...(database === null ? {} : databaseAccess(database).environment),
        },
      },
      tags: tagsOf(scope),
    },
    child(scope, { dependsOn: [policy] }),
  );
  const permission = new aws.lambda.Permission(
    id,
    {
      action: 'lambda:InvokeFunction',
      function: rotation.name,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: scope.place.account,
    },
    child(scope),
  );
  new aws.secretsmanager.SecretRotation(
    id,
    {
      secretId: secret.id,
      rotationLambdaArn: rotation.arn,
      rotateImmediately: false,
      rotationRules: { automaticallyAfterDays: rotationDays },
    },
    child(scope, { dependsOn: [permission, needs.current] }),
  );
}
