import { type DatabasePlan, entry, parameterGroupLabel, subnetGroupLabel } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { idOf, named, retained, type Scope, stored, tagsOf } from '../../scope.ts';
import type { FoundationPart } from '../foundation/foundation-part.ts';
import { masterCredentials } from './credentials.ts';
import type { DatabaseAddress, SecretResources } from './secrets.ts';

/** What a database is built from, beside its own plan. */
export interface DatabaseNeeds {
  readonly foundation: FoundationPart;
  readonly secrets: Readonly<Record<string, SecretResources>>;
  readonly logGroups: Readonly<Record<string, aws.cloudwatch.LogGroup>>;
}

/** A database as the other parts see it. */
export interface DatabaseResources {
  readonly kind: 'cluster' | 'instance';
  readonly resource: aws.rds.Cluster | aws.rds.Instance;
  readonly arn: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly readerHost: pulumi.Output<string>;
  readonly address: DatabaseAddress;
}

function groups(scope: Scope, plan: DatabasePlan, foundation: FoundationPart) {
  const id = idOf(scope, plan.key);
  const tags = tagsOf(scope, plan.tags);
  const subnets = new aws.rds.SubnetGroup(
    id,
    {
      name: plan.subnetGroupName,
      description: subnetGroupLabel(plan),
      subnetIds: foundation.subnetsOf(plan.subnetTier).map((subnet) => subnet.id),
      tags,
    },
    named(scope),
  );
  const args = {
    name: plan.parameterGroupName,
    description: parameterGroupLabel(plan),
    // Said outright: the default differs between versions of the engine.
    parameters: [{ name: 'rds.force_ssl', value: plan.requireTls ? '1' : '0' }],
    tags,
  };
  const parameters =
    plan.engine.kind === 'aurora-postgresql'
      ? new aws.rds.ClusterParameterGroup(
          id,
          { ...args, family: `aurora-postgresql${plan.engine.majorVersion}` },
          named(scope),
        )
      : new aws.rds.ParameterGroup(
          id,
          { ...args, family: `postgres${plan.engine.majorVersion}` },
          named(scope),
        );
  return { subnets, parameters };
}

/** What a cluster and an instance have in common. */
function commonArgs(scope: Scope, plan: DatabasePlan, { foundation }: DatabaseNeeds) {
  return {
    engine: plan.engine.kind === 'aurora-postgresql' ? 'aurora-postgresql' : 'postgres',
    engineVersion: plan.engine.version,
    port: plan.port,
    vpcSecurityGroupIds: [entry(foundation.securityGroups, plan.securityGroup, 'security group').id],
    storageEncrypted: plan.encrypted,
    ...(plan.encryptionKey === null
      ? {}
      : { kmsKeyId: entry(foundation.keys, plan.encryptionKey, 'key').arn }),
    iamDatabaseAuthenticationEnabled: plan.iamAuthentication,
    ...(plan.logExports.length > 0 ? { enabledCloudwatchLogsExports: [...plan.logExports] } : {}),
    backupRetentionPeriod: plan.backupRetentionDays,
    deletionProtection: plan.deletionProtection,
    // Without the word, a deletion asks for the name of a last snapshot and fails.
    skipFinalSnapshot: plan.finalSnapshotName === null,
    ...(plan.finalSnapshotName === null ? {} : { finalSnapshotIdentifier: plan.finalSnapshotName }),
    copyTagsToSnapshot: true,
    // At once, as CloudFormation does, and not in the next maintenance window.
    applyImmediately: true,
    tags: tagsOf(scope, plan.tags),
  };
}

function createCluster(scope: Scope, plan: DatabasePlan, needs: DatabaseNeeds): DatabaseResources {
  const id = idOf(scope, plan.key);
  const { subnets, parameters } = groups(scope, plan, needs.foundation);
  const { username, password } = masterCredentials(
    scope,
    entry(scope.plan.secrets, plan.secret, 'secret'),
    needs.secrets,
  );
  const { capacity } = plan;
  const cluster = new aws.rds.Cluster(
    id,
    scope.transform('databaseCluster', plan.key, {
      ...commonArgs(scope, plan, needs),
      clusterIdentifier: plan.name,
      databaseName: plan.databaseName,
      masterUsername: username,
      masterPassword: password,
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      ...(capacity.kind === 'serverless-v2'
        ? {
            serverlessv2ScalingConfiguration: {
              minCapacity: capacity.minimumAcu,
              maxCapacity: capacity.maximumAcu,
            },
          }
        : {}),
      ...(plan.backupWindow === null ? {} : { preferredBackupWindow: plan.backupWindow }),
    }),
    stored(scope, plan.removal, {
      // Rotation changes the password behind the program's back.
      ignoreChanges: ['masterPassword'],
      dependsOn: ownLogGroup(plan, needs),
    }),
  );
  const create = (instance: DatabasePlan['instances'][number], dependsOn: readonly pulumi.Resource[]) =>
    new aws.rds.ClusterInstance(
      idOf(scope, `${plan.key}/${instance.key}`),
      {
        identifier: instance.name,
        clusterIdentifier: cluster.id,
        engine: 'aurora-postgresql',
        instanceClass: capacity.kind === 'serverless-v2' ? 'db.serverless' : capacity.instanceClass,
        promotionTier: instance.promotionTier,
        publiclyAccessible: plan.publiclyAccessible,
        applyImmediately: true,
        tags: tagsOf(scope, plan.tags),
      },
      named(scope, { ...retained(plan.removal), dependsOn: [...dependsOn] }),
    );
  // The instance that is there first is the writer.
  const writers = plan.instances
    .filter(({ role }) => role === 'writer')
    .map((instance) => create(instance, []));
  for (const instance of plan.instances.filter(({ role }) => role === 'reader')) create(instance, writers);
  return {
    kind: 'cluster',
    resource: cluster,
    arn: cluster.arn,
    host: cluster.endpoint,
    readerHost: cluster.readerEndpoint,
    address: addressOf(plan, cluster.endpoint, { dbClusterIdentifier: cluster.clusterIdentifier }),
  };
}

function createInstance(scope: Scope, plan: DatabasePlan, needs: DatabaseNeeds): DatabaseResources {
  if (plan.capacity.kind !== 'provisioned')
    throw new Error(`The plan gives the database '${plan.key}' serverless capacity, which only Aurora has.`);
  const { subnets, parameters } = groups(scope, plan, needs.foundation);
  const { username, password } = masterCredentials(
    scope,
    entry(scope.plan.secrets, plan.secret, 'secret'),
    needs.secrets,
  );
  const instance = new aws.rds.Instance(
    idOf(scope, plan.key),
    scope.transform('databaseInstance', plan.key, {
      ...commonArgs(scope, plan, needs),
      identifier: plan.name,
      dbName: plan.databaseName,
      username,
      password,
      dbSubnetGroupName: subnets.name,
      parameterGroupName: parameters.name,
      instanceClass: plan.capacity.instanceClass,
      multiAz: plan.multiAz,
      publiclyAccessible: plan.publiclyAccessible,
      ...(plan.storageType === null ? {} : { storageType: plan.storageType }),
      ...(plan.storageGiB === null ? {} : { allocatedStorage: plan.storageGiB }),
      ...(plan.backupWindow === null ? {} : { backupWindow: plan.backupWindow }),
    }),
    stored(scope, plan.removal, { ignoreChanges: ['password'], dependsOn: ownLogGroup(plan, needs) }),
  );
  return {
    kind: 'instance',
    resource: instance,
    arn: instance.arn,
    host: instance.address,
    // A plain database has one endpoint, for readers as well.
    readerHost: instance.address,
    address: addressOf(plan, instance.address, { dbInstanceIdentifier: instance.identifier }),
  };
}

function addressOf(
  plan: DatabasePlan,
  host: pulumi.Output<string>,
  identifier: DatabaseAddress['identifier'],
): DatabaseAddress {
  return { host, port: plan.port, dbname: plan.databaseName, identifier };
}

/** A group that RDS creates by itself keeps everything for ever and outlives the system. */
function ownLogGroup({ logGroup }: DatabasePlan, { logGroups }: DatabaseNeeds): pulumi.Resource[] {
  return logGroup === null ? [] : [entry(logGroups, logGroup, 'log group')];
}

/** A database of the plan with its parameter group and subnet group. */
export function createDatabase(scope: Scope, plan: DatabasePlan, needs: DatabaseNeeds): DatabaseResources {
  return plan.engine.kind === 'aurora-postgresql'
    ? createCluster(scope, plan, needs)
    : createInstance(scope, plan, needs);
}
