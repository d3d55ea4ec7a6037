import type { Removal, StatementModel, Tags } from './model.ts';

export interface DatabaseModel {
  readonly name: string;
  readonly engine: string;
  readonly engineVersion: string;
  /** Capacity in ACU of Serverless v2, null otherwise. */
  readonly serverless: { readonly minimumAcu: number; readonly maximumAcu: number } | null;
  readonly instances: readonly {
    readonly name: string;
    readonly instanceClass: string;
    readonly promotionTier: number | null;
    readonly publiclyAccessible: boolean;
  }[];
  readonly databaseName: string | null;
  readonly port: number | null;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly encrypted: boolean;
  /** Parameter `rds.force_ssl` of its parameter group. */
  readonly forceSsl: boolean;
  readonly backupRetentionDays: number | null;
  readonly backupWindow: string | null;
  /** Name of the secret that user name and password are taken from; null when they stand in the open or are RDS's own. */
  readonly secret: string | null;
  /** Its first user: written out, or a field of a secret. */
  readonly user: { readonly name: string } | { readonly secret: string } | null;
  readonly deletionProtection: boolean;
  readonly removal: Removal;
}

export interface SecretModel {
  readonly name: string;
  readonly generated: {
    readonly username: string | null;
    readonly length: number | null;
    readonly excludePunctuation: boolean;
    readonly excludeSpace: boolean;
  } | null;
  readonly rotationDays: number | null;
  /** Whether something is there that does the rotating. */
  readonly rotator: boolean;
  /** Database whose address is written into it. */
  readonly attachedTo: string | null;
  readonly removal: Removal;
}

export interface TableModel {
  readonly name: string;
  readonly partitionKey: string | null;
  readonly sortKey: string | null;
  readonly ttlAttribute: string | null;
  readonly billing: string;
  /** DynamoDB always encrypts; a key of AWS's or the customer's in KMS beyond its own. */
  readonly kmsEncrypted: boolean;
  readonly deletionProtection: boolean;
  readonly removal: Removal;
  readonly tags: Tags;
}

export interface BucketModel {
  readonly name: string;
  /** `AES256`, `aws:kms`; null when the bucket says nothing. */
  readonly encryption: string | null;
  readonly blocksPublicAccess: boolean;
  readonly policy: readonly StatementModel[];
  readonly emptyOnDelete: boolean;
  readonly removal: Removal;
  readonly tags: Tags;
}

export interface LogGroupModel {
  readonly name: string;
  readonly retentionDays: number | null;
  /** Alias of the customer-managed key. */
  readonly key: string | null;
  readonly removal: Removal;
}

export interface KeyModel {
  readonly alias: string | null;
  readonly rotation: boolean;
  readonly policy: readonly StatementModel[];
  readonly removal: Removal;
}

export interface TopicModel {
  readonly name: string;
  readonly subscriptions: readonly { readonly protocol: string; readonly endpoint: string }[];
}

export interface MetricModel {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string | null;
  readonly periodSeconds: number | null;
}

export interface AlarmModel {
  readonly name: string;
  readonly metric: MetricModel;
  readonly comparison: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Names of topics. */
  readonly actions: readonly string[];
}

export interface DashboardModel {
  readonly name: string;
  readonly widgets: readonly { readonly title: string; readonly metrics: readonly MetricModel[] }[];
}

export interface RecordModel {
  readonly name: string;
  readonly type: string;
  /** Host names and names of load balancers that it leads to. */
  readonly target: string;
}

export interface CertificateModel {
  readonly name: string;
  readonly domain: string;
  readonly validation: string;
}
