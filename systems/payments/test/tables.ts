import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openStores } from '@breakwater/local';
import { planOf, storeNames } from '../check/src/check-local.ts';
import type { StoreNames } from '../check/src/contents.ts';

/** The system's tables in a folder of their own, without the system. */
export interface TestTables {
  readonly tables: DynamoDBDocumentClient;
  readonly names: StoreNames;
  close(): Promise<void>;
}

export async function openTestTables(): Promise<TestTables> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-payments-tables-'));
  const plan = await planOf(join(import.meta.dirname, '..'), 'dev');
  const stores = await openStores({ directory, plan, access: 'read-write' });
  const { region, credentials, dynamodbEndpoint: endpoint = '' } = stores;
  const client = new DynamoDBClient({ region, credentials, endpoint });
  return {
    tables: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    names: storeNames(plan),
    async close() {
      await stores.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
