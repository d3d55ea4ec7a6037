import type {
  BatchOperation,
  Callback,
  DynaliteStore,
  Item,
  ItemDatabase,
  TableDescription,
} from './dynalite.ts';

/** A view of the store whose writes wait for a {@link WriteView.commit}. */
export interface WriteView {
  /** For dynalite's actions. */
  readonly store: DynaliteStore;
  /** The item that an action has read, by its table; undefined for none. */
  lastRead(table: string): Item | undefined;
  /** Brings everything that was written to the disk at once: all of it, or after a power cut none. */
  commit(extra?: readonly BatchOperation[]): Promise<void>;
}

export const itemPrefix = (table: string): string => `item-${table}~`;
export const indexPrefix = (table: string, index: string): string => `index-global~${table}~${index}~`;

/**
 * dynalite's actions write an item and its index entries one after the other; killed in between, it would leave an index that
 * does not fit. In this view they write to memory, and what belongs together is committed together. The caller holds locks on
 * the items.
 */
export function createWriteView(store: DynaliteStore): WriteView {
  const writes = new Map<string, BatchOperation>();
  const read = new Map<string, Item | undefined>();
  const settle = (work: Promise<unknown>, callback: Callback): void => {
    // Outside the promise, so that what the callback throws is not taken for a failure of the read.
    work.then(
      (value) => setImmediate(() => callback(null, value)),
      (error: Error) => setImmediate(() => callback(error)),
    );
  };
  const view = (prefix: string, table: string | null): ItemDatabase => ({
    get(key, callback) {
      const pending = writes.get(prefix + key);
      const found =
        pending === undefined
          ? store.db.get(prefix + key)
          : Promise.resolve(pending.type === 'put' ? pending.value : undefined);
      // What is in the database under an item's key was put there as an item.
      const item = found.then((value) => value as Item | undefined);
      settle(
        item.then((value) => {
          if (table !== null) read.set(table, value);
          return value;
        }),
        callback as Callback,
      );
    },
    put(key, value, callback) {
      writes.set(prefix + key, { type: 'put', key: prefix + key, value });
      setImmediate(() => callback(null));
    },
    del(key, callback) {
      writes.set(prefix + key, { type: 'del', key: prefix + key });
      setImmediate(() => callback(null));
    },
    lock(_key, callback) {
      callback((next) => next);
    },
  });
  return {
    store: {
      ...store,
      getItemDb: (table) => view(itemPrefix(table), table),
      getIndexDb: (_kind, table, index) => view(indexPrefix(table, index), null),
    },
    lastRead: (table) => read.get(table),
    async commit(extra = []) {
      const all = [...writes.values(), ...extra];
      if (all.length > 0) await store.db.batch(all);
    },
  };
}

/** Every entry of an item's deletion: the item and what the indexes have of it. */
export function deletionOf(
  table: TableDescription,
  key: string,
  deletes: readonly { readonly index: string; readonly key: string }[],
): readonly BatchOperation[] {
  return [
    { type: 'del', key: itemPrefix(table.TableName) + key },
    ...deletes.map(
      (one): BatchOperation => ({ type: 'del', key: indexPrefix(table.TableName, one.index) + one.key }),
    ),
  ];
}
