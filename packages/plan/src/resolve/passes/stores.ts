import type {
  BucketDefinition,
  KeyDefinition,
  StoreDefinition,
  TableDefinition,
} from '../../definition/stores.ts';
import type { BucketPlan, DatabasePlan, TablePlan } from '../../plan/stores.ts';
import type { Context, Result } from '../context.ts';
import { sorted } from '../context.ts';
import type { Draft, Tracer } from '../mark.ts';
import { days, isDatabase } from '../shapes.ts';
import { databasePlan } from './databases.ts';
import { customerKey, removalOf, type StoreNeeds } from './store-parts.ts';
import { tagsOf } from './system.ts';

export interface StoreParts {
  readonly databases: Readonly<Record<string, Draft<DatabasePlan>>>;
  readonly tables: Readonly<Record<string, Draft<TablePlan>>>;
  readonly buckets: Readonly<Record<string, Draft<BucketPlan>>>;
}

type Attribute = { readonly name: string; readonly type: 'S' | 'N' | 'B' };
const TYPES = { string: 'S', number: 'N', binary: 'B' } as const;

function attribute(definition: KeyDefinition): Attribute {
  return typeof definition === 'string'
    ? { name: definition, type: 'S' }
    : { name: definition.name, type: TYPES[definition.type] };
}

function tablePlan(
  t: Tracer,
  key: string,
  store: TableDefinition,
  { names, protect }: StoreNeeds,
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
  { names, protect }: StoreNeeds,
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
    bucketKey: t.derived(
      store.customerKey === true,
      [`${at}.customerKey`],
      'one data key for all objects: a hundredth of the calls to KMS',
    ),
    versioned: t.option(store.versioned, `${at}.versioned`, false, 'old versions cost storage'),
    expireDays: t.read<string, number | null>(
      store.expire,
      `${at}.expire`,
      days,
      null,
      'nothing is deleted unless asked',
    ),
    expireOldVersionsDays: t.derived<number | null>(
      store.versioned === true && store.expire !== undefined ? days(store.expire) : null,
      [`${at}.expire`, `${at}.versioned`],
      'where there are versions, an expired object is only hidden until its version goes too',
    ),
    blockPublicAccess: t.defaulted(true, at, 'no object is ever public'),
    enforceTls: t.defaulted(true, at, 'plain HTTP is refused'),
    emptyOnDelete: t.derived(!protect, ['protect'], 'a bucket can only go when it is empty'),
    removal: removalOf(t, protect, 'retain'),
    tags: tagsOf(context, t, store.tags, `${at}.tags`),
  };
}

function accessLogBucket(t: Tracer, { names, protect }: StoreNeeds, context: Context): Draft<BucketPlan> {
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
      bucketKey: false,
      versioned: false,
      expireDays: t.read<string, number | null>(
        keep,
        'loadBalancer.accessLogs.keep',
        days,
        30,
        'a month to look into an incident',
      ),
      expireOldVersionsDays: null,
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
export function stores(draft: StoreNeeds, context: Context): Result<StoreParts> {
  const t = context.tracer('stores');
  const all = sorted(context.definition.stores);
  const collect = <K extends StoreDefinition, P>(
    is: (store: StoreDefinition) => store is K,
    plan: (key: string, store: K) => P,
  ) =>
    Object.fromEntries(all.flatMap(([key, store]) => (is(store) ? [[key, plan(key, store)] as const] : [])));
  const { loadBalancer, services } = context.definition;
  // Without routes there is no load balancer to write them.
  const wantsAccessLogs =
    (loadBalancer?.accessLogs ?? false) !== false &&
    Object.values(services).some(({ routes }) => routes !== undefined);
  return {
    added: {
      databases: collect(isDatabase, (key, store) => databasePlan(t, key, store, draft, context)),
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
