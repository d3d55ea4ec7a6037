import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { DatabasePlan, Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, present } from '../outcome.ts';
import { compareKey } from './stores.ts';

/** Aurora clusters and RDS instances. */
export function databaseChecks(plan: Plan): Check[] {
  return Object.values(plan.databases).flatMap((database) => checksOf(plan, database));
}

/** What a cluster and a plain instance have in common, under one set of names. */
interface Found {
  readonly status: string | undefined;
  readonly engine: string | undefined;
  readonly version: string | undefined;
  readonly port: number | undefined;
  readonly databaseName: string | undefined;
  readonly encrypted: boolean | undefined;
  readonly kmsKey: string | undefined;
  readonly retention: number | undefined;
  readonly window: string | undefined;
  readonly protection: boolean | undefined;
  readonly iam: boolean | undefined;
  readonly logs: readonly string[] | undefined;
  readonly subnetGroup: string | undefined;
  readonly parameterGroup: string | undefined;
  readonly securityGroups: readonly (string | undefined)[];
}

function fromCluster(cluster: DBCluster): Found {
  return {
    status: cluster.Status,
    engine: cluster.Engine,
    version: cluster.EngineVersion,
    port: cluster.Port,
    databaseName: cluster.DatabaseName,
    encrypted: cluster.StorageEncrypted,
    kmsKey: cluster.KmsKeyId,
    retention: cluster.BackupRetentionPeriod,
    window: cluster.PreferredBackupWindow,
    protection: cluster.DeletionProtection,
    iam: cluster.IAMDatabaseAuthenticationEnabled,
    logs: cluster.EnabledCloudwatchLogsExports,
    subnetGroup: cluster.DBSubnetGroup,
    parameterGroup: cluster.DBClusterParameterGroup,
    securityGroups: (cluster.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  };
}

function fromInstance(instance: DBInstance): Found {
  return {
    status: instance.DBInstanceStatus,
    engine: instance.Engine,
    version: instance.EngineVersion,
    port: instance.Endpoint?.Port ?? instance.DbInstancePort,
    databaseName: instance.DBName,
    encrypted: instance.StorageEncrypted,
    kmsKey: instance.KmsKeyId,
    retention: instance.BackupRetentionPeriod,
    window: instance.PreferredBackupWindow,
    protection: instance.DeletionProtection,
    iam: instance.IAMDatabaseAuthenticationEnabled,
    logs: instance.EnabledCloudwatchLogsExports,
    subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName,
    parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
    securityGroups: (instance.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  };
}

function checksOf(plan: Plan, database: DatabasePlan): Check[] {
  const { key, name } = database;
  const aurora = database.engine.kind === 'aurora-postgresql';
  const tryFind = async (live: Live): Promise<Found | null> => {
    if (aurora) {
      const cluster = await live.data.findCluster(name);
      return cluster === null ? null : fromCluster(cluster);
    }
    const instance = await live.data.findInstance(name);
    return instance === null ? null : fromInstance(instance);
  };
  const find = async (live: Live) => present(await tryFind(live), `database ${name}`);
  const aspect = (
    aspectName: string,
    title: string,
    run: (found: Found, live: Live) => ReturnType<Check['run']> | ReturnType<typeof compare>,
  ) => check('databases', `${key}.${aspectName}`, title, async (live) => run(await find(live), live));
  return [
    check('databases', `${key}.status`, `database ${name} is available`, async (live) => {
      const found = await tryFind(live);
      return found === null
        ? failed(name, 'no such database')
        : compare([fact('status', 'available', found.status)]);
    }),
    aspect('engine', `${name} runs the planned engine`, (found) =>
      compare([
        fact('engine', aurora ? 'aurora-postgresql' : 'postgres', found.engine),
        fact('major version', database.engine.majorVersion, found.version?.split('.')[0]),
        // AWS brings newer minor versions by itself, never older ones.
        fact('version at least', database.engine.version, notOlder(database.engine.version, found.version)),
        fact('port', database.port, found.port),
        fact('database', database.databaseName, found.databaseName),
      ]),
    ),
    check('databases', `${key}.capacity`, `${name} has the planned size`, (live) =>
      compareCapacity(live, database),
    ),
    check('databases', `${key}.instances`, `${name} has its writer and readers`, (live) =>
      compareInstances(live, database),
    ),
    aspect('encryption', `${name} is encrypted at rest`, async (found, live) => {
      const outcome = compare([fact('encryption', database.encrypted, found.encrypted ?? false)]);
      if (outcome.state === 'failed' || database.encryptionKey === null) return outcome;
      return compareKey(live, plan, database.encryptionKey, found.kmsKey);
    }),
    aspect('backups', `backups of ${name} are kept as planned`, (found) =>
      compare([
        fact('days kept', database.backupRetentionDays, found.retention),
        ...(database.backupWindow === null ? [] : [fact('window', database.backupWindow, found.window)]),
      ]),
    ),
    aspect('protection', `${name} is protected from deletion, as planned`, (found) =>
      compare([fact('deletion protection', database.deletionProtection, found.protection ?? false)]),
    ),
    aspect('authentication', `IAM authentication at ${name} is as planned`, (found) =>
      compare([fact('IAM authentication', database.iamAuthentication, found.iam ?? false)]),
    ),
    aspect('tls', `${name} refuses connections without TLS, as planned`, async (found, live) => {
      const group = present(found.parameterGroup, `parameter group of ${name}`);
      const parameters = aurora
        ? await live.data.clusterParameters(group)
        : await live.data.instanceParameters(group);
      return compare([
        fact('parameter group', database.parameterGroupName, group),
        fact('rds.force_ssl', database.requireTls ? '1' : '0', parameters.get('rds.force_ssl')),
      ]);
    }),
    aspect('placement', `${name} stands in ${database.subnetTier} subnets and is not public`, (found, live) =>
      comparePlacement(live, database, found),
    ),
    aspect('log-exports', `${name} exports its logs as planned`, (found) =>
      compareSets('log exports', database.logExports, found.logs ?? []),
    ),
  ];
}

/** The planned version when what is found is at least as new, for a comparison that shows both. */
export function notOlder(planned: string, found: string | undefined): string | undefined {
  if (found === undefined) return found;
  const parts = (version: string) => version.split('.').map(Number);
  const [a, b] = [parts(planned), parts(found)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (b[at] ?? 0) - (a[at] ?? 0);
    if (difference !== 0) return difference > 0 ? planned : found;
  }
  return planned;
}

/** The live instances; those of the plan that are missing are left out. */
async function instancesOf(live: Live, database: DatabasePlan): Promise<DBInstance[]> {
  const found = await Promise.all(
    database.instances.map(({ name }) =>
      live.data.findInstance(database.engine.kind === 'postgresql' ? database.name : name),
    ),
  );
  return found.filter((instance) => instance !== null);
}

async function compareCapacity(live: Live, database: DatabasePlan) {
  const instances = await instancesOf(live, database);
  present(instances[0], `instance of ${database.name}`);
  const classes = [...new Set(instances.map(({ DBInstanceClass }) => DBInstanceClass ?? '?'))];
  if (database.capacity.kind === 'provisioned') {
    return compare([
      fact('class', [database.capacity.instanceClass], classes),
      ...(database.storageGiB === null
        ? []
        : [fact('storage in GiB', database.storageGiB, instances[0]?.AllocatedStorage)]),
    ]);
  }
  const cluster = present(await live.data.findCluster(database.name), `database ${database.name}`);
  const scaling = cluster.ServerlessV2ScalingConfiguration;
  return compare([
    fact('class', ['db.serverless'], classes),
    fact('minimum ACU', database.capacity.minimumAcu, scaling?.MinCapacity),
    fact('maximum ACU', database.capacity.maximumAcu, scaling?.MaxCapacity),
  ]);
}

async function compareInstances(live: Live, database: DatabasePlan) {
  if (database.engine.kind === 'postgresql') {
    const instance = present(await live.data.findInstance(database.name), `database ${database.name}`);
    return compare([fact('multi-AZ', database.multiAz, instance.MultiAZ ?? false)]);
  }
  const cluster = present(await live.data.findCluster(database.name), `database ${database.name}`);
  const members = cluster.DBClusterMembers ?? [];
  // After a failover another instance writes: what counts is that there is one writer, and who the members are.
  const instances = await instancesOf(live, database);
  return compare([
    fact(
      'instances',
      database.instances.map(({ name }) => name),
      members.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? '?'),
    ),
    fact('writers', 1, members.filter(({ IsClusterWriter }) => IsClusterWriter).length),
    fact(
      'available',
      database.instances.length,
      instances.filter(({ DBInstanceStatus }) => DBInstanceStatus === 'available').length,
    ),
  ]);
}

async function comparePlacement(live: Live, database: DatabasePlan, found: Found) {
  const group = await live.data.subnetGroup(present(found.subnetGroup, `subnet group of ${database.name}`));
  const ids = await live.network.subnetIds();
  const keys = new Map([...ids].map(([key, id]) => [id, key]));
  const groups = await live.network.securityGroupKeys();
  const instances = await instancesOf(live, database);
  return compare([
    fact('subnet group', database.subnetGroupName, group.DBSubnetGroupName),
    fact(
      'subnets',
      live.plan.network.subnets.filter(({ tier }) => tier === database.subnetTier).map(({ key }) => key),
      (group.Subnets ?? []).map(
        ({ SubnetIdentifier }) => keys.get(SubnetIdentifier ?? '') ?? SubnetIdentifier ?? '?',
      ),
    ),
    fact(
      'security group',
      [database.securityGroup],
      found.securityGroups.map((id) => groups.get(id ?? '') ?? id ?? '?'),
    ),
    fact(
      'publicly accessible',
      [],
      instances
        .filter(({ PubliclyAccessible }) => PubliclyAccessible)
        .map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? '?'),
    ),
  ]);
}
