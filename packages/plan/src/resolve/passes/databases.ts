import { ENGINE_VERSIONS } from '../../data/engines.ts';
import type { DatabasePlan } from '../../plan/stores.ts';
import { parseAcu, parseMiB } from '../../units.ts';
import type { Context } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { type DatabaseDefinition, days } from '../shapes.ts';
import { customerKey, removalOf, type StoreNeeds } from './store-parts.ts';
import { tagsOf } from './system.ts';

type Instance = DatabasePlan['instances'][number];

function capacityOf(store: DatabaseDefinition): DatabasePlan['capacity'] {
  if (store.kind === 'postgres')
    return { kind: 'provisioned', instanceClass: store.instance ?? 'db.t4g.micro' };
  const capacity = store.capacity ?? '0.5-2 ACU';
  const acu = parseAcu(capacity);
  return acu === null
    ? { kind: 'provisioned', instanceClass: capacity }
    : { kind: 'serverless-v2', minimumAcu: acu.minimum, maximumAcu: acu.maximum };
}

/** The tier a database stands in. */
export function databaseTier(store: DatabaseDefinition, context: Context): 'private' | 'isolated' {
  return store.subnets ?? (context.definition.network?.subnets?.isolated === false ? 'private' : 'isolated');
}

/** The plan of one database. */
export function databasePlan(
  t: Tracer,
  key: string,
  store: DatabaseDefinition,
  { names, protect }: StoreNeeds,
  context: Context,
): Draft<DatabasePlan> {
  const at = `stores.${key}`;
  const isCluster = store.kind === 'aurora-postgres';
  const engine = isCluster ? 'aurora-postgresql' : 'postgresql';
  const version = store.version ?? ENGINE_VERSIONS[engine][0];
  const backups = typeof store.backups === 'string' ? { keep: store.backups } : store.backups;
  const keepPath = typeof store.backups === 'string' ? `${at}.backups` : `${at}.backups.keep`;
  const versionMark = t.option<string>(
    store.version,
    `${at}.version`,
    version,
    'the newest of PostgreSQL 17 known to this version of the defaults',
  );
  const capacityGiven = store.kind === 'postgres' ? store.instance : store.capacity;
  const capacity = capacityOf(store);
  const readers = isCluster ? (store.readers ?? 1) : 0;
  const instance = (id: string, role: 'writer' | 'reader', tier: number) =>
    ({
      key: id,
      name: isCluster ? names('database', `${key}/${id}`) : names('database', key),
      role,
      promotionTier: tier,
    }) as const;
  const readerCount = store.kind === 'aurora-postgres' ? store.readers : undefined;
  // Promotion tiers 0 and 1 scale with the writer; the first reader has to be ready to take over.
  const readerInstances = Array.from({ length: readers }, (_, index) => {
    const reader = instance(`reader-${index + 1}`, 'reader', Math.min(15, index + 1));
    return readerCount === undefined
      ? t.defaulted<Instance>(reader, `${at}.readers`, 'one reader takes over when the writer fails')
      : t.given<Instance>(reader, `${at}.readers`);
  });
  const instances = [
    t.derived<Instance>(instance('writer', 'writer', 0), [at], 'one writer'),
    ...readerInstances,
  ];
  return {
    key: t.derived(key, [at], 'its key'),
    name: names('database', key),
    engine: {
      kind: t.derived(engine, [`${at}.kind`], 'the kind of store'),
      version: versionMark,
      majorVersion: t.derived(
        version.split('.')[0] ?? version,
        [`${at}.version`],
        'the first part of the version',
      ),
    },
    capacity: t.option<DatabasePlan['capacity']>(
      capacityGiven === undefined ? undefined : capacity,
      `${at}.${isCluster ? 'capacity' : 'instance'}`,
      capacity,
      'the smallest that serves',
    ),
    instances,
    multiAz: isCluster
      ? t.derived(readers > 0, [`${at}.readers`], 'the instances of a cluster stand in different zones')
      : t.option(store.multiAz, `${at}.multiAz`, false, 'a standby doubles the price'),
    storageType: isCluster
      ? t.derived<'gp3' | null>(null, [`${at}.kind`], 'Aurora has storage of its own')
      : t.defaulted<'gp3' | null>('gp3', at, 'cheaper than gp2, and as fast however small'),
    storageGiB: isCluster
      ? t.derived<number | null>(null, [`${at}.kind`], "Aurora's storage grows by itself")
      : t.read<string, number | null>(
          store.storage,
          `${at}.storage`,
          (text) => (parseMiB(text) ?? 0) / 1024,
          20,
          'the least that RDS offers',
        ),
    publiclyAccessible: t.derived(false, [at], 'no database is ever public'),
    databaseName: t.option(store.database, `${at}.database`, databaseName(key), "the store's key"),
    port: t.option(store.port, `${at}.port`, 5432, "PostgreSQL's own port"),
    subnetTier: t.option<'private' | 'isolated'>(
      store.subnets,
      `${at}.subnets`,
      databaseTier(store, context),
      'without any route to the internet, where there are such subnets',
    ),
    subnetGroupName: names('database-group', `${key}/subnets`),
    parameterGroupName: names('database-group', `${key}/parameters`),
    securityGroup: t.derived(`database/${key}`, [at], 'its own group'),
    secret: t.derived(`database/${key}`, [`${at}.credentials`], 'its credentials'),
    encrypted: t.defaulted(true, at, 'data at rest is always encrypted'),
    encryptionKey: customerKey(t, store.customerKey, key),
    requireTls: t.option(
      store.requireTls,
      `${at}.requireTls`,
      true,
      'data in transit is encrypted; plain connections are refused',
    ),
    backupRetentionDays: t.read(backups?.keep, keepPath, days, 7, 'a week to notice a mistake'),
    backupWindow: t.option<string | null>(
      backups?.window,
      `${at}.backups.window`,
      null,
      'AWS chooses a quiet time of the Region',
    ),
    iamAuthentication: t.option(
      store.iamAuthentication,
      `${at}.iamAuthentication`,
      false,
      'services sign in with the injected credentials',
    ),
    logExports: t.read<unknown, readonly string[]>(
      store.logs,
      `${at}.logs`,
      (logs) => (logs === false ? [] : ['postgresql']),
      ['postgresql'],
      "the server's log, where its errors and slow statements are",
    ),
    logGroup: t.read<unknown, string | null>(
      store.logs,
      `${at}.logs`,
      (logs) => (logs === false ? null : `database/${key}`),
      `database/${key}`,
      "the server's log, where its errors and slow statements are",
    ),
    deletionProtection: t.derived(
      protect,
      ['protect'],
      protect ? 'the environment is protected' : 'everything goes with its environment',
    ),
    removal: removalOf(t, protect, 'snapshot'),
    finalSnapshotName: t.derived<string | null>(
      protect ? `${plain<string>(names('database', key))}-final` : null,
      ['protect'],
      protect ? 'what remains of the data' : 'nothing remains of the environment',
    ),
    tags: tagsOf(context, t, store.tags, `${at}.tags`),
  };
}

function databaseName(key: string): string {
  return key.replace(/[^a-z0-9]+/g, '_');
}
