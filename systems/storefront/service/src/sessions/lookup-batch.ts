/**
 * Joins lookups into calls of `load`, of which `lanes` are under way at most; meanwhile new lookups gather for the next one.
 * A lookup never joins a call that has already begun, so what it gets was read after it was asked for: a session that has just
 * been signed out is never found.
 *
 * @param load resolves to the values found; a key without a value is absent
 */
export function createLookupBatch<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  limits: { readonly lanes: number; readonly maxKeys: number },
): (key: K) => Promise<V | undefined> {
  interface Waiting {
    readonly resolve: (value: V | undefined) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting = new Map<K, Waiting[]>();
  let busy = 0;
  let scheduled = false;

  async function work(): Promise<void> {
    busy += 1;
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, limits.maxKeys);
      for (const [key] of batch) waiting.delete(key);
      try {
        const found = await load(batch.map(([key]) => key));
        for (const [key, each] of batch) for (const { resolve } of each) resolve(found.get(key));
      } catch (error) {
        for (const [, each] of batch) for (const { reject } of each) reject(error);
      }
    }
    busy -= 1;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      const same = waiting.get(key);
      if (same === undefined) waiting.set(key, [{ resolve, reject }]);
      else same.push({ resolve, reject });
      if (scheduled || busy >= limits.lanes) return;
      scheduled = true;
      // What else arrives in this turn of the event loop comes along.
      setImmediate(() => {
        scheduled = false;
        void work();
      });
    });
}
