import { ENGINE_VERSIONS } from '../../data/engines.ts';
import type {
  BucketDefinition,
  KeyDefinition,
  StoreDefinition,
  TableDefinition,
} from '../../definition/stores.ts';
import type { BucketPlan, DatabasePlan, TablePlan } from '../../plan/stores.ts';
import { parseAcu, parseMiB } from '../../units.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import type { Draft, Tracer } from '../mark.ts';
import { type DatabaseDefinition, days, isDatabase } from '../shapes.ts';
import { tagsOf } from './system.ts';

interface Needs {
  readonly names: Names;
  readonly protect: boolean;
}

export interface StoreParts {
  readonly databases: Readonly<Record<string, Draft<DatabasePlan>>>;
  readonly tables: Readonly<Record<string, Draft<TablePlan>>>;
  readonly buckets: Readonly<Record<string, Draft<BucketPlan>>>;
}

type Instance = DatabasePlan['instances'][number];
type Attribute = { readonly name: string; readonly type: 'S' | 'N' | 'B' };
const TYPES = { string: 'S', number: 'N', binary: 'B' } as const;

function attribute(definition: KeyDefinition): Attribute {
  return typeof definition === 'string'
    ? { name: definition, type: 'S' }
    : { name: definition.name, type: TYPES[definition.type] };
}

function capacityOf(store: DatabaseDefinition): DatabasePlan['capacity'] {
  if (store.kind === 'postgres')
    return { kind: 'provisioned', instanceClass: store.instance ?? 'db.t4g.micro' };
  const capacity = store.capacity ?? '0.5-2 ACU';
  const acu = parseAcu(capacity);
  return acu === null
    ? { kind: 'provisioned', instanceClass: capacity }
    : { kind: 'serverless-v2', minimumAcu: acu.minimum, maximumAcu: acu.maximum };
}

/** Gone with the environment, or kept where it is protected. */
function removalOf<T extends 'retain' | 'snapshot'>(t: Tracer, protect: boolean, kept: T) {
  return t.derived<'destroy' | 'retain' | 'snapshot'>(
    protect ? kept : 'destroy',
    ['protect'],
    protect ? 'the environment is protected' : 'everything goes with its environment',
  );
}

function customerKey(t: Tracer, given: boolean | undefined, key: string) {
  return t.read<boolean, string | null>(
    given,
    `stores.${key}.customerKey`,
    (wanted) => (wanted ? `store/${key}` : null),
    null,
    'encrypted with a key that AWS keeps, free of charge',
  );
}

/** The tier a database stands in. */
export function databaseTier(store: DatabaseDefinition, context: Context): 'private' | 'isolated' {
  return store.subnets ?? (context.definition.network?.subnets?.isolated === false ? 'private' : 'isolated');
}

function database(
  t: Tracer,
  key: string,
  store: DatabaseDefinition,
  { names, protect }: Needs,
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
    storageGiB: isCluster
      ? t.derived<number | null>(null, [`${at}.kind`], "Aurora's storage grows by itself")
      : t.read<string, number | null>(
          store.storage,
          `${at}.storage`,
          (text) => (parseMiB(text) ?? 0) / 1024,
          20,
          'the least that RDS offers',
        ),
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
    tags: tagsOf(context, t, store.tags, `${at}.tags`),
  };
}

function databaseName(key: string): string {
  return key.replace(/[^a-z0-9]+/g, '_');
}

function tablePlan(
  t: Tracer,
  key: string,
  store: TableDefinition,
  { names, protect }: Needs,
  context: Context,
): Draft<TablePlan> {
  const at = `stores.${key}`;
  const indexes = sorted(store.indexes).map(([name, index]) =>
    t.given<TablePlan['indexes'][number]>(
      {
        name,
        partitionKey: attribute(index.partitionKey),
        sortKey: index.sortKey === undefined ? null : attribute(index.sortKey),
      },
      `${at}.indexes.${name}`,
    ),
  );
  return {
    key: t.derived(key, [at], 'its key'),
    name: names('table', key),
    partitionKey: t.given<Attribute>(attribute(store.partitionKey), `${at}.partitionKey`),
    sortKey: t.read<KeyDefinition, Attribute | null>(
      store.sortKey,
      `${at}.sortKey`,
      attribute,
      null,
      'one item per partition key',
    ),
    indexes:
      indexes.length > 0
        ? indexes
        : t.defaulted<TablePlan['indexes']>([], `${at}.indexes`, 'indexes cost writes'),
    ttlAttribute: t.option<string | null>(store.ttl, `${at}.ttl`, null, 'nothing expires unless asked'),
    billing: t.defaulted('PAY_PER_REQUEST', at, 'costs nothing while idle and follows any traffic'),
    pointInTimeRecovery: t.option(
      store.pointInTimeRecovery,
      `${at}.pointInTimeRecovery`,
      protect,
      'on where the environment is protected',
    ),
    encryptionKey: customerKey(t, store.customerKey, key),
    deletionProtection: t.derived(
      protect,
      ['protect'],
      protect ? 'the environment is protected' : 'everything goes with its environment',
    ),
    removal: removalOf(t, protect, 'retain'),
    tags: tagsOf(context, t, store.tags, `${at}.tags`),
  };
}

function bucketPlan(
  t: Tracer,
  key: string,
  store: BucketDefinition,
  { names, protect }: Needs,
  context: Context,
): Draft<BucketPlan> {
  const at = `stores.${key}`;
  return {
    key: t.derived(key, [at], 'its key'),
    name: names('bucket', key),
    purpose: t.derived('store', [at], 'a store of the definition'),
    encryption: t.derived<'AES256' | 'KMS'>(
      store.customerKey === true ? 'KMS' : 'AES256',
      [`${at}.customerKey`],
      'objects are always encrypted',
    ),
    encryptionKey: customerKey(t, store.customerKey, key),
    versioned: t.option(store.versioned, `${at}.versioned`, false, 'old versions cost storage'),
    expireDays: t.read<string, number | null>(
      store.expire,
      `${at}.expire`,
      days,
      null,
      'nothing is deleted unless asked',
    ),
    blockPublicAccess: t.defaulted(true, at, 'no object is ever public'),
    enforceTls: t.defaulted(true, at, 'plain HTTP is refused'),
    emptyOnDelete: t.derived(!protect, ['protect'], 'a bucket can only go when it is empty'),
    removal: removalOf(t, protect, 'retain'),
    tags: tagsOf(context, t, store.tags, `${at}.tags`),
  };
}

function accessLogBucket(t: Tracer, { names, protect }: Needs, context: Context): Draft<BucketPlan> {
  const given = context.definition.loadBalancer?.accessLogs;
  const keep = typeof given === 'object' ? given.keep : undefined;
  return t.given<BucketPlan>(
    {
      key: 'access-logs',
      name: names('bucket', 'access-logs'),
      purpose: 'access-logs',
      // The load balancer cannot write into a bucket with a customer-managed key.
      encryption: 'AES256',
      encryptionKey: null,
      versioned: false,
      expireDays: t.read<string, number | null>(
        keep,
        'loadBalancer.accessLogs.keep',
        days,
        30,
        'a month to look into an incident',
      ),
      blockPublicAccess: true,
      enforceTls: true,
      emptyOnDelete: t.derived(!protect, ['protect'], 'a bucket can only go when it is empty'),
      removal: removalOf(t, protect, 'retain'),
      tags: tagsOf(context, t, undefined, 'tags'),
    },
    'loadBalancer.accessLogs',
  );
}

/** Databases, tables and buckets. */
export function stores(draft: Needs, context: Context): Result<StoreParts> {
  const t = context.tracer('stores');
  const all = sorted(context.definition.stores);
  const collect = <K extends StoreDefinition, P>(
    is: (store: StoreDefinition) => store is K,
    plan: (key: string, store: K) => P,
  ) =>
    Object.fromEntries(all.flatMap(([key, store]) => (is(store) ? [[key, plan(key, store)] as const] : [])));
  const wantsAccessLogs = (context.definition.loadBalancer?.accessLogs ?? false) !== false;
  return {
    added: {
      databases: collect(isDatabase, (key, store) => database(t, key, store, draft, context)),
      tables: collect(
        (store): store is TableDefinition => store.kind === 'table',
        (key, store) => tablePlan(t, key, store, draft, context),
      ),
      buckets: {
        ...(wantsAccessLogs ? { 'access-logs': accessLogBucket(t, draft, context) } : {}),
        ...collect(
          (store): store is BucketDefinition => store.kind === 'bucket',
          (key, store) => bucketPlan(t, key, store, draft, context),
        ),
      },
    },
  };
}
