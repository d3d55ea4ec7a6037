import { ttlDeletionDue } from '@breakwater/behaviour';
import type { TableSettings } from '../gateway/protocol.ts';
import { type DynaliteStore, database, getTable, type Item } from './dynalite.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { rangeOf } from './tables.ts';
import { TOKEN_LIFE_MS, TOKEN_PREFIX } from './transactions.ts';
import { deletionOf, itemPrefix } from './write-view.ts';

export interface ExpiryOptions {
  readonly store: DynaliteStore;
  readonly locks: KeyedLock;
  readonly tables: readonly TableSettings[];
  readonly delayMs: number;
  readonly now: () => number;
  readonly onDeleted: (table: TableSettings, items: number) => void;
}

/**
 * Deletes what has expired long enough ago, as DynamoDB's background job does, and forgets old request tokens. An item that
 * was changed meanwhile is looked at again, so that a later expiry rescues it.
 */
export async function sweepExpired(options: ExpiryOptions): Promise<void> {
  const { store, tables, now } = options;
  for (const table of tables) {
    if (table.ttlAttribute === null) continue;
    let deleted = 0;
    const prefix = itemPrefix(table.name);
    for await (const [key, value] of store.db.iterator(rangeOf(prefix))) {
      // Under this prefix are items only.
      if (!isDue(value as Item, table.ttlAttribute, options)) continue;
      if (await deleteExpired(options, table, key.slice(prefix.length))) deleted += 1;
    }
    if (deleted > 0) options.onDeleted(table, deleted);
  }
  for await (const [key, value] of store.db.iterator(rangeOf(TOKEN_PREFIX))) {
    // Only transactions write here.
    const { at } = value as { readonly at: number };
    if (now() - at > TOKEN_LIFE_MS) await store.db.batch([{ type: 'del', key }]);
  }
}

function isDue(item: Item, attribute: string, { delayMs, now }: ExpiryOptions): boolean {
  return ttlDeletionDue(item[attribute], now() / 1_000, delayMs / 1_000);
}

async function deleteExpired(options: ExpiryOptions, settings: TableSettings, key: string): Promise<boolean> {
  const { store, locks } = options;
  const { ttlAttribute, name } = settings;
  return locks.hold([itemPrefix(name) + key], async () => {
    // As above.
    const item = (await store.db.get(itemPrefix(name) + key)) as Item | undefined;
    if (item === undefined || ttlAttribute === null || !isDue(item, ttlAttribute, options)) return false;
    const table = await getTable(store, name);
    const { deletes } = database.getIndexActions(table.GlobalSecondaryIndexes ?? [], item, null, table);
    await store.db.batch(deletionOf(table, key, deletes));
    return true;
  });
}
