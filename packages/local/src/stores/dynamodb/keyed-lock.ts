/** Lets one at a time work on a key. */
export interface KeyedLock {
  /** Runs `work` when nobody else has any of the keys. All are asked for at once, so nobody waits for each other in a ring. */
  hold<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

export function createKeyedLock(): KeyedLock {
  const last = new Map<string, Promise<void>>();
  return {
    async hold(keys, work) {
      const own = [...new Set(keys)];
      const before = own.flatMap((key) => last.get(key) ?? []);
      let finish = (): void => {};
      const turn = new Promise<void>((resolve) => {
        finish = resolve;
      });
      for (const key of own) last.set(key, turn);
      try {
        await Promise.all(before);
        return await work();
      } finally {
        finish();
        for (const key of own) if (last.get(key) === turn) last.delete(key);
      }
    },
  };
}
