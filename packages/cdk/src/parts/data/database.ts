import { type DatabasePlan, entry, type Plan, parameterGroupLabel, subnetGroupLabel } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { Foundation } from '../../parts.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import { addTags } from '../../tags.ts';
import type { ApplyTransform } from '../../transform.ts';
import { clusterInstances } from './cluster-instances.ts';
import { masterCredentials } from './credentials.ts';

/** What a database is built from, beside its own plan. */
export interface DatabaseNeeds {
  readonly plan: Plan;
  readonly transform: ApplyTransform;
  readonly foundation: Foundation;
  readonly keys: Readonly<Record<string, kms.IKey>>;
  readonly secrets: Readonly<Record<string, secretsmanager.ISecret>>;
  readonly logGroups: Readonly<Record<string, logs.LogGroup>>;
}

const STORAGE_TYPES = { gp3: rds.StorageType.GP3 } as const;

function engineOf({ engine }: DatabasePlan) {
  return engine.kind === 'aurora-postgresql'
    ? rds.DatabaseClusterEngine.auroraPostgres({
        version: rds.AuroraPostgresEngineVersion.of(engine.version, engine.majorVersion),
      })
    : rds.DatabaseInstanceEngine.postgres({
        version: rds.PostgresEngineVersion.of(engine.version, engine.majorVersion),
      });
}

/** What a cluster and an instance have in common. */
function commonProps(scope: Construct, plan: DatabasePlan, needs: DatabaseNeeds) {
  const { foundation, keys } = needs;
  const vpcSubnets = { subnets: foundation.subnetsOf(plan.subnetTier) };
  const removalPolicy = REMOVAL_POLICIES[plan.removal];
  const parameterGroup = new rds.ParameterGroup(scope, 'Parameters', {
    engine: engineOf(plan),
    name: plan.parameterGroupName,
    description: parameterGroupLabel(plan),
    // Said outright: the default differs between versions of the engine.
    parameters: { 'rds.force_ssl': plan.requireTls ? '1' : '0' },
  });
  const subnetGroup = new rds.SubnetGroup(scope, 'Subnets', {
    vpc: foundation.vpc,
    vpcSubnets,
    subnetGroupName: plan.subnetGroupName,
    description: subnetGroupLabel(plan),
  });
  return {
    vpc: foundation.vpc,
    vpcSubnets,
    subnetGroup,
    parameterGroup,
    securityGroups: [entry(foundation.securityGroups, plan.securityGroup, 'security group')],
    credentials: masterCredentials(entry(needs.plan.secrets, plan.secret, 'secret'), needs.secrets),
    port: plan.port,
    storageEncrypted: plan.encrypted,
    ...(plan.encryptionKey === null ? {} : { storageEncryptionKey: entry(keys, plan.encryptionKey, 'key') }),
    iamAuthentication: plan.iamAuthentication,
    cloudwatchLogsExports: [...plan.logExports],
    deletionProtection: plan.deletionProtection,
    removalPolicy,
  };
}

function createCluster(scope: Construct, plan: DatabasePlan, needs: DatabaseNeeds): rds.DatabaseCluster {
  const { port, ...common } = commonProps(scope, plan, needs);
  const [writer, ...readers] = clusterInstances(plan);
  const props: rds.DatabaseClusterProps = {
    ...common,
    port,
    engine: rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.of(plan.engine.version, plan.engine.majorVersion),
    }),
    clusterIdentifier: plan.name,
    defaultDatabaseName: plan.databaseName,
    ...(writer === undefined ? {} : { writer }),
    readers,
    ...(plan.capacity.kind === 'serverless-v2'
      ? {
          serverlessV2MinCapacity: plan.capacity.minimumAcu,
          serverlessV2MaxCapacity: plan.capacity.maximumAcu,
        }
      : {}),
    backup: {
      retention: Duration.days(plan.backupRetentionDays),
      ...(plan.backupWindow === null ? {} : { preferredWindow: plan.backupWindow }),
    },
  };
  return new rds.DatabaseCluster(scope, 'Cluster', needs.transform('databaseCluster', plan.key, props));
}

function createInstance(scope: Construct, plan: DatabasePlan, needs: DatabaseNeeds): rds.DatabaseInstance {
  if (plan.capacity.kind !== 'provisioned')
    throw new Error(`The plan gives the database '${plan.key}' serverless capacity, which only Aurora has.`);
  const props: rds.DatabaseInstanceProps = {
    ...commonProps(scope, plan, needs),
    engine: rds.DatabaseInstanceEngine.postgres({
      version: rds.PostgresEngineVersion.of(plan.engine.version, plan.engine.majorVersion),
    }),
    instanceIdentifier: plan.name,
    databaseName: plan.databaseName,
    instanceType: new ec2.InstanceType(plan.capacity.instanceClass.replace(/^db\./, '')),
    multiAz: plan.multiAz,
    publiclyAccessible: plan.publiclyAccessible,
    ...(plan.storageType === null ? {} : { storageType: STORAGE_TYPES[plan.storageType] }),
    ...(plan.storageGiB === null ? {} : { allocatedStorage: plan.storageGiB }),
    backupRetention: Duration.days(plan.backupRetentionDays),
    ...(plan.backupWindow === null ? {} : { preferredBackupWindow: plan.backupWindow }),
  };
  return new rds.DatabaseInstance(scope, 'Instance', needs.transform('databaseInstance', plan.key, props));
}

/** A database of the plan with its parameter group and subnet group. */
export function createDatabase(
  parent: Construct,
  plan: DatabasePlan,
  needs: DatabaseNeeds,
): rds.DatabaseCluster | rds.DatabaseInstance {
  const scope = new Construct(parent, constructId(plan.key));
  const database =
    plan.engine.kind === 'aurora-postgresql'
      ? createCluster(scope, plan, needs)
      : createInstance(scope, plan, needs);
  // A group that RDS creates by itself keeps everything for ever and outlives the stack.
  if (plan.logGroup !== null) database.node.addDependency(entry(needs.logGroups, plan.logGroup, 'log group'));
  addTags(scope, plan.tags);
  return database;
}
