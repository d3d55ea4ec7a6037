/**
 * Joins the lookups that arrive in one turn of the event loop into one call of `load`, and lookups of the same key into one.
 *
 * A lookup never joins a call that has already begun: what it gets was read after it was asked for, so a client that has
 * just been told of a change always sees it. Under load this saves most of the work for the database; when idle it costs
 * nothing that can be measured.
 *
 * @param load resolves to the values found; a key without a value resolves to `undefined`
 */
export function createBatch<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  maxKeys: number,
): (key: K) => Promise<V | undefined> {
  let open: { readonly keys: Set<K>; readonly loaded: Promise<ReadonlyMap<K, V>> } | undefined;

  return async (key) => {
    if (open === undefined || open.keys.size >= maxKeys) {
      const keys = new Set<K>();
      const batch = {
        keys,
        loaded: new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
          if (open === batch) open = undefined;
          return load([...keys]);
        }),
      };
      open = batch;
    }
    open.keys.add(key);
    return (await open.loaded).get(key);
  };
}
