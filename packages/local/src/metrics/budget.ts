/** Memory that series may take together. */
export interface Budget {
  /** Takes so many bytes; false when they are not to be had. */
  readonly take: (bytes: number) => boolean;
  readonly give: (bytes: number) => void;
  readonly bytes: () => number;
  /** How often something was not recorded because memory may not grow. */
  readonly refusals: () => number;
}

/** @param reclaim frees something that is no longer needed; false when there is nothing */
export function createBudget(limitBytes: number, reclaim: () => boolean): Budget {
  let used = 0;
  let refused = 0;
  return {
    take(bytes) {
      while (used + bytes > limitBytes) {
        if (!reclaim()) {
          refused += 1;
          return false;
        }
      }
      used += bytes;
      return true;
    },
    give(bytes) {
      used -= bytes;
    },
    bytes: () => used,
    refusals: () => refused,
  };
}
