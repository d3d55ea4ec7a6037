import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DisableKeyRotationCommand, EnableKeyRotationCommand } from '@aws-sdk/client-kms';
import { ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import {
  DeletePublicAccessBlockCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Deployed } from './deployed.ts';
import type { Mutation } from './mutation.ts';

const SESSIONS = 'user-sessions-dev';

function instance(change: object, back: object) {
  return async ({ clients: { rds } }: Deployed) => {
    const modify = (input: object) =>
      rds.send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier: 'database-dev-shop',
          ApplyImmediately: true,
          ...input,
        }),
      );
    await modify(change);
    return () => modify(back);
  };
}

/** Changes of the storefront's table, database and secret. The table goes last: it is not brought back. */
export const STOREFRONT_MUTATIONS: readonly Mutation[] = [
  {
    name: 'sessions expire no longer',
    caughtBy: ['tables.user-sessions.ttl'],
    change: async ({ clients: { dynamoDb } }) => {
      const set = (Enabled: boolean) =>
        dynamoDb.send(
          new UpdateTimeToLiveCommand({
            TableName: SESSIONS,
            TimeToLiveSpecification: { AttributeName: 'expiry', Enabled },
          }),
        );
      await set(false);
      return () => set(true);
    },
  },
  {
    name: 'the table is protected from deletion',
    caughtBy: ['tables.user-sessions.protection'],
    change: async ({ clients: { dynamoDb } }) => {
      const set = (DeletionProtectionEnabled: boolean) =>
        dynamoDb.send(new UpdateTableCommand({ TableName: SESSIONS, DeletionProtectionEnabled }));
      await set(true);
      return () => set(false);
    },
  },
  {
    name: 'backups of the instance are kept for fewer days',
    caughtBy: ['databases.shop.backups'],
    change: instance({ BackupRetentionPeriod: 0 }, { BackupRetentionPeriod: 5 }),
  },
  {
    name: 'the instance becomes larger',
    caughtBy: ['databases.shop.capacity'],
    change: instance({ DBInstanceClass: 'db.r6g.large' }, { DBInstanceClass: 'db.t3.micro' }),
  },
  {
    name: 'the instance becomes public',
    caughtBy: ['databases.shop.placement'],
    change: instance({ PubliclyAccessible: true }, { PubliclyAccessible: false }),
  },
  {
    name: 'the existing secret is marked for deletion',
    caughtBy: ['secrets.database/shop.exists'],
    change: async ({ clients: { secrets } }) => {
      const SecretId = 'storefront/dev/database';
      await secrets.send(new DeleteSecretCommand({ SecretId }));
      return () => secrets.send(new RestoreSecretCommand({ SecretId }));
    },
  },
  {
    name: 'the table is deleted',
    caughtBy: ['tables.user-sessions.status'],
    change: async ({ clients: { dynamoDb } }) => {
      await dynamoDb.send(new DeleteTableCommand({ TableName: SESSIONS }));
      return async () => {};
    },
  },
];

/** Changes of the payments' buckets, tables and key. */
export const PAYMENTS_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a bucket may become public',
    caughtBy: ['buckets.payment-files.public-access'],
    change: async ({ clients: { s3 }, plan }) => {
      const Bucket = plan.buckets['payment-files']?.name;
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      return () =>
        s3.send(
          new PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              BlockPublicPolicy: true,
              IgnorePublicAcls: true,
              RestrictPublicBuckets: true,
            },
          }),
        );
    },
  },
  {
    name: 'a bucket begins to keep versions',
    caughtBy: ['buckets.order-files.versioning'],
    change: async ({ clients: { s3 }, plan }) => {
      const put = (Status: 'Enabled' | 'Suspended') =>
        s3.send(
          new PutBucketVersioningCommand({
            Bucket: plan.buckets['order-files']?.name,
            VersioningConfiguration: { Status },
          }),
        );
      await put('Enabled');
      return () => put('Suspended');
    },
  },
  {
    name: 'a table can be restored to a point in time',
    caughtBy: ['tables.payment-ledger.recovery'],
    change: async ({ clients: { dynamoDb } }) => {
      const set = (PointInTimeRecoveryEnabled: boolean) =>
        dynamoDb.send(
          new UpdateContinuousBackupsCommand({
            TableName: 'payment-ledger-table-dev',
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
          }),
        );
      await set(true);
      return () => set(false);
    },
  },
  {
    name: 'the key is rotated no longer',
    caughtBy: ['keys.logs.rotation'],
    change: async ({ clients: { kms }, look }) => {
      const KeyId = (await look().operations.findKey('alias/payments-logs-dev'))?.KeyId;
      await kms.send(new DisableKeyRotationCommand({ KeyId }));
      return () => kms.send(new EnableKeyRotationCommand({ KeyId }));
    },
  },
  {
    name: 'a log group is made anew without the key',
    caughtBy: ['logs.service/order.encryption'],
    change: async ({ clients: { logs }, look, plan }) => {
      const logGroupName = '/ecs/order-logs-dev';
      const kmsKeyId = (await look().operations.findLogGroup(logGroupName))?.kmsKeyId;
      const anew = async (key: string | undefined) => {
        await logs.send(new DeleteLogGroupCommand({ logGroupName }));
        await logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId: key, tags: { ...plan.tags } }));
        await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
      };
      await anew(undefined);
      return () => anew(kmsKeyId);
    },
  },
];
