import { EngineError } from '../../state/engine-error.ts';
import type { KeyAttribute, TableSettings } from '../gateway/protocol.ts';
import {
  type BatchOperation,
  checkRequest,
  type DynaliteStore,
  database,
  type Item,
  runAction,
  type TableDescription,
} from './dynalite.ts';
import { indexPrefix, itemPrefix } from './write-view.ts';

/** Entries of an index that are written at a time while it is built. */
const BATCH = 500;

/**
 * Makes the tables of the plan that are missing, and brings indexes up to date. Data stays. Tables that the plan does not
 * have any more stay as they are.
 *
 * @throws EngineError STORE_CHANGED when a table's key is not the plan's
 */
export async function prepareTables(
  store: DynaliteStore,
  tables: readonly TableSettings[],
  directory: string,
): Promise<void> {
  for (const settings of tables) {
    // Only createTable and we write under this key.
    const found = (await store.db.get(`table~${settings.name}`)) as TableDescription | undefined;
    if (found === undefined) await createTable(store, settings);
    else await updateTable(store, settings, found, directory);
  }
}

async function createTable(store: DynaliteStore, settings: TableSettings): Promise<void> {
  const request = checkRequest(store, 'CreateTable', {
    BillingMode: 'PAY_PER_REQUEST',
    ...describe(settings),
  });
  await runAction(store, 'CreateTable', request);
  // dynalite lets a new table be CREATING for a moment; nobody may use this store yet, so it need not.
  // Just written.
  const made = (await store.db.get(`table~${settings.name}`)) as TableDescription;
  const indexes = made.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
  await store.db.put(`table~${settings.name}`, {
    ...made,
    TableStatus: 'ACTIVE',
    ...(indexes === undefined ? {} : { GlobalSecondaryIndexes: indexes }),
  });
}

async function updateTable(
  store: DynaliteStore,
  settings: TableSettings,
  found: TableDescription,
  directory: string,
): Promise<void> {
  const wanted = describe(settings);
  const has = keyText(found, found.KeySchema);
  const wants = keyText(wanted, wanted.KeySchema);
  if (has !== wants) {
    throw new EngineError(
      'STORE_CHANGED',
      `The table ${settings.name} (stores.${settings.key}) holds data under the key ${has}, and the definition now says ${wants}. A table's key cannot be changed.`,
      `Give the store another key in the definition, or remove ${directory} with all local tables of this environment. On AWS the table would be replaced, and its data lost.`,
    );
  }
  const before = new Map((found.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const after = wanted.GlobalSecondaryIndexes ?? [];
  const table: TableDescription = {
    ...withoutIndexes(found),
    AttributeDefinitions: wanted.AttributeDefinitions,
    ...(after.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: after.map((index) => ({
            ...before.get(index.IndexName),
            ...index,
            IndexStatus: 'ACTIVE',
          })),
        }),
  };
  const same = (name: string): boolean => {
    const [old, now] = [before.get(name), after.find((index) => index.IndexName === name)];
    return (
      old !== undefined &&
      now !== undefined &&
      keyText(found, old.KeySchema) === keyText(wanted, now.KeySchema)
    );
  };
  for (const name of before.keys()) if (!same(name)) await clearIndex(store, settings.name, name);
  for (const { IndexName } of after) if (!same(IndexName)) await buildIndex(store, table, IndexName);
  // Last, so that work that is broken off is done again.
  await store.db.put(`table~${settings.name}`, table);
}

function withoutIndexes({ GlobalSecondaryIndexes: _, ...rest }: TableDescription): TableDescription {
  // What was there but for the indexes; the index signature hides the named fields from the compiler.
  return rest as TableDescription;
}

/** In the words of CreateTable. */
function describe({ name, partitionKey, sortKey, indexes }: TableSettings): TableDescription {
  const types = new Map<string, KeyAttribute['type']>();
  const schema = (partition: KeyAttribute, sort: KeyAttribute | null): TableDescription['KeySchema'] => {
    types.set(partition.name, partition.type);
    if (sort === null) return [{ AttributeName: partition.name, KeyType: 'HASH' }];
    types.set(sort.name, sort.type);
    return [
      { AttributeName: partition.name, KeyType: 'HASH' },
      { AttributeName: sort.name, KeyType: 'RANGE' },
    ];
  };
  const KeySchema = schema(partitionKey, sortKey);
  const GlobalSecondaryIndexes = indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: schema(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    TableName: name,
    KeySchema,
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ...(GlobalSecondaryIndexes.length === 0 ? {} : { GlobalSecondaryIndexes }),
  };
}

/** `id (S), at (N)` */
function keyText(
  { AttributeDefinitions }: Pick<TableDescription, 'AttributeDefinitions'>,
  keys: TableDescription['KeySchema'],
): string {
  const typeOf = (name: string): string =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '?';
  return keys.map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`).join(', ');
}

async function clearIndex(store: DynaliteStore, table: string, index: string): Promise<void> {
  const prefix = indexPrefix(table, index);
  let batch: BatchOperation[] = [];
  for await (const key of store.db.keys(rangeOf(prefix))) {
    batch.push({ type: 'del', key });
    if (batch.length < BATCH) continue;
    await store.db.batch(batch);
    batch = [];
  }
  await store.db.batch(batch);
}

async function buildIndex(store: DynaliteStore, table: TableDescription, name: string): Promise<void> {
  const indexes = (table.GlobalSecondaryIndexes ?? []).filter((index) => index.IndexName === name);
  const prefix = indexPrefix(table.TableName, name);
  let batch: BatchOperation[] = [];
  for await (const [, value] of store.db.iterator(rangeOf(itemPrefix(table.TableName)))) {
    // Under this prefix are items only.
    const { puts } = database.getIndexActions(indexes, null, value as Item, table);
    for (const { key, item } of puts) batch.push({ type: 'put', key: prefix + key, value: item });
    if (batch.length < BATCH) continue;
    await store.db.batch(batch);
    batch = [];
  }
  await store.db.batch(batch);
}

/** Everything under a prefix that ends in `~`. */
export function rangeOf(prefix: string): { readonly gte: string; readonly lt: string } {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}\u007f` };
}
