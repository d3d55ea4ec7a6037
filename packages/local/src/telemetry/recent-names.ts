/** Names by key, of which the older ones are forgotten. */
export interface RecentNames {
  readonly get: (key: string) => string | undefined;
  readonly set: (key: string, name: string) => void;
}

/** Keeps at least the last `limit` / 2 and at most the last `limit` names: two generations, the older dropped whole. */
export function createRecentNames(limit: number): RecentNames {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, name) {
      if (young.size >= limit / 2) {
        old = young;
        young = new Map();
      }
      young.set(key, name);
    },
  };
}
