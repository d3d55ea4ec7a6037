import {
  AURORA_READERS,
  BACKUP_DAYS,
  ENGINE_VERSIONS,
  INSTANCE_CLASSES,
  STORAGE_GIB,
} from '../data/engines.ts';
import type {
  AuroraPostgresDefinition,
  BucketDefinition,
  ExistingSecretDefinition,
  GeneratedSecretDefinition,
  PostgresDefinition,
  TableDefinition,
} from '../definition/stores.ts';
import { parseAcu } from '../units.ts';
import { anyOf, boolean, choice, list, object, record, required, type Schema, text, whole } from './kinds.ts';
import { retention, tags } from './service.ts';
import { days, gigabytes, line, name, nameKey, ownName } from './values.ts';

const field = text('a JSON key', 'password', (value) => /^[A-Za-z0-9_.-]{1,128}$/.test(value));
const fields = list(field, 1, 50);

const existingSecret = object<ExistingSecretDefinition>({
  kind: choice(['existing-secret']),
  name: required(ownName, "'shop/{env}/database'", 'missing-{env}'),
  fields,
});

const generatedSecret = object<GeneratedSecretDefinition>({
  kind: choice(['generated-secret']),
  name: ownName,
  username: line(64, 'dbadmin'),
  length: whole({ minimum: 8, maximum: 41 }, 32),
  plain: boolean,
  rotate: days({ minimum: 1, maximum: 1000 }, '30 days'),
});

const secret: Schema = {
  kind: 'tagged',
  variants: { 'existing-secret': existingSecret, 'generated-secret': generatedSecret },
  example: "existingSecret('shop/{env}/database')",
};

const window = text('a time of day in UTC, start to end, at least 30 minutes', '03:00-04:00', (value) => {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(value);
  if (match === null) return false;
  const [start, end] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  return (end - start + 1440) % 1440 >= 30;
});

const common = { name: ownName, purpose: name, tags };

const databaseFields = (
  versions: readonly string[],
  backups: { readonly minimum: number; readonly maximum: number },
) => ({
  ...common,
  version: choice(versions),
  database: text('letters, digits and underscores, a letter first', 'productdb', (value) =>
    /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(value),
  ),
  port: whole({ minimum: 1150, maximum: 65_535 }, 5432),
  credentials: secret,
  backups: anyOf(
    days(backups, '7 days'),
    object<{ keep?: string; window?: string }>({ keep: days(backups, '7 days'), window }),
  ),
  subnets: choice(['isolated', 'private']),
  requireTls: boolean,
  iamAuthentication: boolean,
  customerKey: boolean,
  logs: anyOf(boolean, object<{ retention?: string }>({ retention })),
});

const capacity = text(
  "a capacity such as '0.5-2 ACU' or an instance class such as 'db.t3.medium'",
  '0.5-2 ACU',
  (value) => {
    return parseAcu(value) !== null || INSTANCE_CLASSES.some((each) => each === value);
  },
);

const attributeName = text('the name of an attribute', 'id', (value) =>
  /^[A-Za-z0-9_.-]{1,255}$/.test(value),
);
const key = anyOf(
  attributeName,
  object<{ name: string; type: string }>({
    name: required(attributeName, "'id'", 'id'),
    type: required(choice(['string', 'number', 'binary']), "'string'", 'string'),
  }),
);

/** A store, told apart by its kind. */
export const store: Schema = {
  kind: 'tagged',
  example: 'auroraPostgres()',
  variants: {
    'aurora-postgres': object<AuroraPostgresDefinition>({
      kind: choice(['aurora-postgres']),
      ...databaseFields(ENGINE_VERSIONS['aurora-postgresql'], BACKUP_DAYS.aurora),
      capacity,
      readers: whole(AURORA_READERS, 1),
    }),
    postgres: object<PostgresDefinition>({
      kind: choice(['postgres']),
      ...databaseFields(ENGINE_VERSIONS.postgresql, BACKUP_DAYS.instance),
      instance: choice(INSTANCE_CLASSES),
      storage: gigabytes(STORAGE_GIB, '20 GB'),
      multiAz: boolean,
    }),
    table: object<TableDefinition>({
      kind: choice(['table']),
      ...common,
      partitionKey: required(key, "'id'", 'id'),
      sortKey: key,
      indexes: record(
        nameKey,
        object<{ partitionKey: unknown; sortKey?: unknown }>({
          partitionKey: required(key, "'id'", 'id'),
          sortKey: key,
        }),
        20,
      ),
      ttl: attributeName,
      pointInTimeRecovery: boolean,
      customerKey: boolean,
    }),
    bucket: object<BucketDefinition>({
      kind: choice(['bucket']),
      ...common,
      versioned: boolean,
      expire: days({ minimum: 1, maximum: 36_500 }, '90 days'),
      customerKey: boolean,
    }),
    'existing-secret': existingSecret,
    'generated-secret': generatedSecret,
  },
};
