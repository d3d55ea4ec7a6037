import type { InstanceClass } from '../data/engines.ts';
import type { AcuRange, Duration, Size, TimeWindow } from './units.ts';

/** A secret that exists in Secrets Manager already. */
export interface ExistingSecretDefinition {
  readonly kind: 'existing-secret';
  /** Name in Secrets Manager; placeholders such as `{env}` allowed. */
  readonly name: string;
  /** JSON keys that it holds. @default ['username', 'password'] */
  readonly fields?: readonly string[];
}

/** A secret that the stack generates. */
export interface GeneratedSecretDefinition {
  readonly kind: 'generated-secret';
  /** Own name, placeholders allowed. @default by the naming pattern */
  readonly name?: string;
  /** User name stored beside the password; 16 characters at most. @default 'dbadmin' */
  readonly username?: string;
  /** Length of the password. @default 32 */
  readonly length?: number;
  /** Leave punctuation and spaces out. @default true */
  readonly plain?: boolean;
  /**
   * Rotate this often. Tasks keep the password they started with, so a rotation needs new tasks.
   * @default never
   * @example '30 days'
   */
  readonly rotate?: Duration;
}

export type SecretDefinition = ExistingSecretDefinition | GeneratedSecretDefinition;

interface StoreOptions {
  /** Own name, placeholders allowed: `'user-sessions-{env}'`. @default by the naming pattern */
  readonly name?: string;
  /** What `{purpose}` stands for in its names. @default its key */
  readonly purpose?: string;
  /** Tags beside the system's. */
  readonly tags?: Readonly<Record<string, string>>;
}

interface DatabaseOptions extends StoreOptions {
  /** Engine version. @default the newest of PostgreSQL 17 known to this version of the defaults */
  readonly version?: string;
  /** Database inside the server. @default the store's key with underscores for hyphens */
  readonly database?: string;
  /** @default 5432 */
  readonly port?: number;
  /**
   * Master credentials. An existing secret is referenced by its name and never created.
   * @default an existing secret named by the naming pattern, with the fields username and password
   */
  readonly credentials?: SecretDefinition;
  /** How long automatic backups are kept, 1 to 35 days. @default '7 days' */
  readonly backups?: Duration | { readonly keep?: Duration; readonly window?: TimeWindow };
  /** Which subnets. @default 'isolated', or 'private' where the network has no isolated subnets */
  readonly subnets?: 'isolated' | 'private';
  /** Refuse connections without TLS. @default true. Locally TLS is optional. */
  readonly requireTls?: boolean;
  /** Let IAM identities sign in with tokens. @default false */
  readonly iamAuthentication?: boolean;
  /** A customer-managed key. @default false: the AWS-managed key of RDS */
  readonly customerKey?: boolean;
  /** Send the server's log to CloudWatch. @default true */
  readonly logs?: boolean | { readonly retention?: Duration };
}

/** Aurora PostgreSQL: a cluster with one writer and readers. */
export interface AuroraPostgresDefinition extends DatabaseOptions {
  readonly kind: 'aurora-postgres';
  /**
   * Serverless capacity, or the class of its instances.
   * @default '0.5-2 ACU'
   * @example 'db.t3.medium'
   */
  readonly capacity?: AcuRange | InstanceClass;
  /** Readers; the first scales with the writer and takes over when it fails. @default 1 */
  readonly readers?: number;
}

/** Plain RDS for PostgreSQL: one instance. */
export interface PostgresDefinition extends DatabaseOptions {
  readonly kind: 'postgres';
  /** @default 'db.t4g.micro' */
  readonly instance?: InstanceClass;
  /** @default '20 GB' */
  readonly storage?: Size;
  /** A standby in another zone; doubles the price. @default false */
  readonly multiAz?: boolean;
}

/** A key attribute: its name (a string), or its name and type. */
export type KeyDefinition = string | { readonly name: string; readonly type: 'string' | 'number' | 'binary' };

/** A DynamoDB table, billed by request. */
export interface TableDefinition extends StoreOptions {
  readonly kind: 'table';
  /** Attribute by which items are found; a text unless said otherwise. */
  readonly partitionKey: KeyDefinition;
  /** Attribute that orders the items of one partition. @default none */
  readonly sortKey?: KeyDefinition;
  /** Global secondary indexes by name, up to 20; each one costs its writes. @default none */
  readonly indexes?: Readonly<
    Record<string, { readonly partitionKey: KeyDefinition; readonly sortKey?: KeyDefinition }>
  >;
  /**
   * Attribute with the expiry as a number of epoch seconds. DynamoDB deletes days later: readers must compare it themselves.
   * @default none
   */
  readonly ttl?: string;
  /** Restore to any second of the last 35 days. @default true when the environment is protected */
  readonly pointInTimeRecovery?: boolean;
  /** A customer-managed key; costs 1 USD a month. @default false: a key that AWS keeps */
  readonly customerKey?: boolean;
}

/** An S3 bucket: no public access, TLS only, encrypted. */
export interface BucketDefinition extends StoreOptions {
  readonly kind: 'bucket';
  /** @default false */
  readonly versioned?: boolean;
  /** Delete objects after this. @default never */
  readonly expire?: Duration;
  /** A customer-managed key; costs 1 USD a month. @default false: a key that AWS keeps */
  readonly customerKey?: boolean;
}

export type StoreDefinition =
  | AuroraPostgresDefinition
  | PostgresDefinition
  | TableDefinition
  | BucketDefinition
  | ExistingSecretDefinition
  | GeneratedSecretDefinition;

/** Aurora PostgreSQL. `auroraPostgres()` is serverless, 0.5 to 2 ACU, with one reader. */
export function auroraPostgres(
  options: Omit<AuroraPostgresDefinition, 'kind'> = {},
): AuroraPostgresDefinition {
  return { ...options, kind: 'aurora-postgres' };
}

/** RDS for PostgreSQL on one instance: the cheapest real database. */
export function postgres(options: Omit<PostgresDefinition, 'kind'> = {}): PostgresDefinition {
  return { ...options, kind: 'postgres' };
}

/** A DynamoDB table: `table({ partitionKey: 'id', ttl: 'expiry' })`. */
export function table(options: Omit<TableDefinition, 'kind'>): TableDefinition {
  return { ...options, kind: 'table' };
}

/** An S3 bucket: `bucket()`. */
export function bucket(options: Omit<BucketDefinition, 'kind'> = {}): BucketDefinition {
  return { ...options, kind: 'bucket' };
}

/** A secret that exists already: `existingSecret('shop/{env}/database', ['username', 'password'])`. Never created by the stack. */
export function existingSecret(name: string, fields?: readonly string[]): ExistingSecretDefinition {
  return fields === undefined ? { kind: 'existing-secret', name } : { kind: 'existing-secret', name, fields };
}

/** A secret that the stack generates: `generatedSecret({ username: 'dbadmin', rotate: '30 days' })`. */
export function generatedSecret(
  options: Omit<GeneratedSecretDefinition, 'kind'> = {},
): GeneratedSecretDefinition {
  return { ...options, kind: 'generated-secret' };
}
