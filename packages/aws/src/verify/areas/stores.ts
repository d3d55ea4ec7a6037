import type { BucketPlan, Plan, TablePlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, type Outcome, passed, present } from '../outcome.ts';

/** DynamoDB tables. */
export function tableChecks(plan: Plan): Check[] {
  return Object.values(plan.tables).flatMap((table) => checksOfTable(plan, table));
}

/** S3 buckets. */
export function bucketChecks(plan: Plan): Check[] {
  return Object.values(plan.buckets).flatMap((bucket) => checksOfBucket(plan, bucket));
}

type KeyAttribute = TablePlan['partitionKey'];

function checksOfTable(plan: Plan, table: TablePlan): Check[] {
  const { key, name } = table;
  const keysOf = (partition: KeyAttribute, sort: KeyAttribute | null) =>
    [
      `${partition.name} ${partition.type} HASH`,
      ...(sort === null ? [] : [`${sort.name} ${sort.type} RANGE`]),
    ].join(', ');
  return [
    check('tables', `${key}.status`, `table ${name} is active`, async (live) => {
      const found = await live.data.findTable(name);
      return found === null
        ? failed(name, 'no such table')
        : compare([fact('status', 'ACTIVE', found.TableStatus)]);
    }),
    check('tables', `${key}.keys`, `${name} has the planned keys and indexes`, async (live) => {
      const found = await live.data.table(name);
      const typeOf = (attribute: string | undefined) =>
        found.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === attribute)?.AttributeType;
      const describe = (schema: typeof found.KeySchema) =>
        [...(schema ?? [])]
          .sort((a, b) => (a.KeyType ?? '').localeCompare(b.KeyType ?? ''))
          .map(({ AttributeName, KeyType }) => `${AttributeName} ${typeOf(AttributeName)} ${KeyType}`)
          .join(', ');
      return compareSets(
        'keys',
        [
          keysOf(table.partitionKey, table.sortKey),
          ...table.indexes.map((index) => `${index.name}: ${keysOf(index.partitionKey, index.sortKey)}`),
        ],
        [
          describe(found.KeySchema),
          ...(found.GlobalSecondaryIndexes ?? []).map(
            ({ IndexName, KeySchema }) => `${IndexName}: ${describe(KeySchema)}`,
          ),
        ],
      );
    }),
    check('tables', `${key}.billing`, `${name} is billed by request`, async (live) =>
      compare([
        fact(
          'billing',
          table.billing,
          (await live.data.table(name)).BillingModeSummary?.BillingMode ?? 'PROVISIONED',
        ),
      ]),
    ),
    check('tables', `${key}.ttl`, `items of ${name} expire as planned`, async (live) => {
      await live.data.table(name);
      const { TimeToLiveStatus, AttributeName } = await live.data.timeToLive(name);
      const on = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING';
      return compare([fact('expiry by', table.ttlAttribute, on ? AttributeName : null)]);
    }),
    check(
      'tables',
      `${key}.recovery`,
      `${name} can be restored to a point in time, as planned`,
      async (live) => {
        await live.data.table(name);
        const { PointInTimeRecoveryDescription } = await live.data.continuousBackups(name);
        return compare([
          fact(
            'point-in-time recovery',
            table.pointInTimeRecovery,
            PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
          ),
        ]);
      },
    ),
    check('tables', `${key}.encryption`, `${name} is encrypted with the planned key`, async (live) => {
      const found = (await live.data.table(name)).SSEDescription;
      if (table.encryptionKey === null)
        return passed(found?.KMSMasterKeyArn === undefined ? 'key of AWS' : 'KMS');
      return compareKey(live, plan, table.encryptionKey, found?.KMSMasterKeyArn);
    }),
    check('tables', `${key}.protection`, `${name} is protected from deletion, as planned`, async (live) =>
      compare([
        fact(
          'deletion protection',
          table.deletionProtection,
          (await live.data.table(name)).DeletionProtectionEnabled ?? false,
        ),
      ]),
    ),
  ];
}

/** Whether a resource's KMS key, given as ARN, id or alias, is that of the plan. */
export async function compareKey(
  live: Live,
  plan: Plan,
  key: string,
  found: string | undefined,
): Promise<Outcome> {
  const alias = plan.keys[key]?.alias ?? key;
  const wanted = present(await live.operations.findKey(alias), `key ${alias}`);
  const same = found !== undefined && [wanted.Arn, wanted.KeyId, alias].some((name) => name === found);
  return same ? passed(alias) : failed(`key ${alias}`, found ?? 'none of the account');
}

function checksOfBucket(plan: Plan, bucket: BucketPlan): Check[] {
  const { key, name } = bucket;
  const exists = async (live: Live) =>
    present((await live.data.bucketExists(name)) || null, `bucket ${name}`);
  return [
    check('buckets', `${key}.exists`, `bucket ${name} is there`, async (live) =>
      (await live.data.bucketExists(name)) ? passed(name) : failed(name, 'no such bucket'),
    ),
    check('buckets', `${key}.encryption`, `objects in ${name} are encrypted`, async (live) => {
      await exists(live);
      const found = await live.data.bucketEncryption(name);
      const algorithm = bucket.encryption === 'KMS' ? 'aws:kms' : 'AES256';
      const outcome = compare([fact('encryption', algorithm, found?.SSEAlgorithm)]);
      if (outcome.state === 'failed' || bucket.encryptionKey === null) return outcome;
      return compareKey(live, plan, bucket.encryptionKey, found?.KMSMasterKeyID);
    }),
    check('buckets', `${key}.public-access`, `${name} cannot become public`, async (live) => {
      await exists(live);
      const found = await live.data.publicAccessBlock(name);
      return compare([
        fact('public ACLs blocked', bucket.blockPublicAccess, found?.BlockPublicAcls ?? false),
        fact('public ACLs ignored', bucket.blockPublicAccess, found?.IgnorePublicAcls ?? false),
        fact('public policies blocked', bucket.blockPublicAccess, found?.BlockPublicPolicy ?? false),
        fact('public buckets restricted', bucket.blockPublicAccess, found?.RestrictPublicBuckets ?? false),
      ]);
    }),
    check('buckets', `${key}.tls`, `${name} refuses requests without TLS`, async (live) => {
      await exists(live);
      return compare([
        fact('plain HTTP refused', bucket.enforceTls, refusesPlainHttp(await live.data.bucketPolicy(name))),
      ]);
    }),
    check('buckets', `${key}.versioning`, `versions in ${name} are kept as planned`, async (live) => {
      await exists(live);
      return compare([fact('versioning', bucket.versioned, await live.data.bucketVersioning(name))]);
    }),
    check('buckets', `${key}.expiry`, `objects in ${name} expire as planned`, async (live) => {
      await exists(live);
      const rules = await live.data.bucketLifecycle(name);
      const days = rules
        .filter(({ Status }) => Status === 'Enabled')
        .flatMap(({ Expiration }) => (Expiration?.Days === undefined ? [] : [Expiration.Days]));
      return compare([
        fact('days until expiry', bucket.expireDays, days.length === 0 ? null : Math.min(...days)),
      ]);
    }),
  ];
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Whether a bucket policy denies everyone everything without TLS. */
export function refusesPlainHttp(policy: string | null): boolean {
  if (policy === null) return false;
  // The shape is that of IAM policies, which S3 has checked.
  const { Statement } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return [Statement ?? []].flat().some((statement) => {
    // A readonly array is not narrowed by flat(), hence the shape again.
    const { Effect, Principal, Action, Condition } = statement as Statement;
    const everyone =
      Principal === '*' ||
      (typeof Principal === 'object' &&
        Principal !== null &&
        'AWS' in Principal &&
        [Principal.AWS].flat().includes('*'));
    const everything = [Action ?? []].flat().some((action) => action === 's3:*' || action === '*');
    const plain = [Condition?.['Bool']?.['aws:SecureTransport']]
      .flat()
      .some((value) => String(value) === 'false');
    return Effect === 'Deny' && everyone && everything && plain;
  });
}
