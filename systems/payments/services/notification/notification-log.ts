import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { lostCondition, writeTogether } from '../common/stores.ts';
import type { NotificationRequest } from './render.ts';

/** The record of one notification. Times in ISO 8601, UTC. */
export interface NotificationRecord {
  readonly order: string;
  readonly kind: NotificationRequest['kind'];
  readonly recipient: string;
  readonly fingerprint: string;
  /** `sending` until document and message are safe. */
  readonly state: 'sending' | 'sent';
  /** The document's key in the bucket. */
  readonly document: string;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

export type Opening =
  | { readonly kind: 'open'; readonly record: NotificationRecord }
  /** The key came before with other content. */
  | { readonly kind: 'reused' }
  /** The order has a notification of other content, or under another key. */
  | { readonly kind: 'taken' };

/** What was told to whom: one record per order. */
export interface NotificationLog {
  open(record: NotificationRecord, key: string): Promise<Opening>;
  find(order: string): Promise<NotificationRecord | undefined>;
  markSent(order: string): Promise<NotificationRecord>;
}

const recordKey = (order: string) => ({ pk: `ORDER#${order}`, sk: 'NOTIFICATION' });
const idempotencyKey = (key: string) => ({ pk: `KEY#${key}`, sk: 'KEY' });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

/** Opens the log in the service's own table. @param now milliseconds since the epoch */
export function openNotificationLog(
  tables: DynamoDBDocumentClient,
  table: string,
  now: () => number,
): NotificationLog {
  const TableName = table;
  // Only this service writes items under these keys, as it reads them.
  const get = async <T>(key: { pk: string; sk: string }): Promise<T | undefined> =>
    (await tables.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item as T | undefined;
  const find = (order: string) => get<NotificationRecord>(recordKey(order));

  return {
    find,

    async open(record, key) {
      const { order, fingerprint, createdAt } = record;
      const keyItem = { ...idempotencyKey(key), fingerprint, order, at: createdAt };
      const isNew = await writeTogether(tables, [
        { Put: { TableName, Item: keyItem, ...absent } },
        { Put: { TableName, Item: { ...recordKey(order), ...record }, ...absent } },
      ]);
      if (isNew) return { kind: 'open', record };
      const before = await get<{ fingerprint: string }>(idempotencyKey(key));
      if (before !== undefined && before.fingerprint !== fingerprint) return { kind: 'reused' };
      const known = await find(order);
      if (before === undefined || known === undefined) return { kind: 'taken' };
      return { kind: 'open', record: known };
    },

    async markSent(order) {
      try {
        const { Attributes } = await tables.send(
          new UpdateCommand({
            TableName,
            Key: recordKey(order),
            UpdateExpression: 'SET #state = :sent, sentAt = :at',
            ConditionExpression: '#state = :sending',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':sending': 'sending',
              ':sent': 'sent',
              ':at': new Date(now()).toISOString(),
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes as NotificationRecord; // The record as it is now.
      } catch (error) {
        if (!lostCondition(error)) throw error;
        const known = await find(order);
        if (known === undefined) throw new Error(`There is no notification of order ${order}.`);
        return known;
      }
    },
  };
}
