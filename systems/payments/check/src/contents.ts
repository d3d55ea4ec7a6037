import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

/** An item of a table, as it is there. */
export type Item = Readonly<Record<string, unknown>>;

/** Everything that the stores of the three services hold, and nothing else. */
export interface Contents {
  /** The table of `order`. */
  readonly orders: readonly Item[];
  /** The table of `payment`. */
  readonly ledger: readonly Item[];
  /** What the provider has on record: the objects of the sandbox's own books. */
  readonly provider: readonly Item[];
  /** The table of `notification`. */
  readonly notifications: readonly Item[];
  /** Keys of the objects in the bucket of `notification`. */
  readonly documents: readonly string[];
}

/** What the stores are called where they are. */
export interface StoreNames {
  readonly orders: string;
  readonly ledger: string;
  readonly payments: string;
  readonly notifications: string;
  readonly receipts: string;
}

export interface StoreClients {
  readonly tables: DynamoDBClient;
  readonly buckets: S3Client;
}

const providerRecords = 'sandbox-provider/outcomes/';
const readsAtOnce = 16;

/** Reads everything, with credentials that may scan the tables and list and read the buckets. Nobody should write meanwhile. */
export async function readContents({ tables, buckets }: StoreClients, names: StoreNames): Promise<Contents> {
  const documents = DynamoDBDocumentClient.from(tables);
  return {
    orders: await scan(documents, names.orders),
    ledger: await scan(documents, names.ledger),
    provider: await readObjects(buckets, names.payments, providerRecords),
    notifications: await scan(documents, names.notifications),
    documents: await list(buckets, names.receipts, ''),
  };
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

async function list(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

async function readObjects(client: S3Client, Bucket: string, prefix: string): Promise<Item[]> {
  const waiting = await list(client, Bucket, prefix);
  const items: Item[] = [];
  async function work(): Promise<void> {
    for (let Key = waiting.pop(); Key !== undefined; Key = waiting.pop()) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      const item: unknown = JSON.parse((await Body?.transformToString('utf-8')) ?? 'null');
      // What is no object has none of the fields that are looked for, and is found out by that.
      items.push(typeof item === 'object' && item !== null ? (item as Item) : {});
    }
  }
  await Promise.all(Array.from({ length: readsAtOnce }, work));
  return items;
}
