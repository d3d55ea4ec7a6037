/**
 * The entry that a plan's key stands for. The plan checks its own keys, so an error here means that the plan was made
 * or changed by something else.
 *
 * @throws Error when there is no such entry; `what` says of which kind
 */
export function entry<T>(record: Readonly<Record<string, T>>, key: string, what: string): T {
  const found = record[key];
  if (found === undefined)
    throw new Error(
      `The plan names the ${what} '${key}', which is not there. ` +
        `There is: ${Object.keys(record).join(', ') || 'none'}. Resolve the definition again; do not edit plans.`,
    );
  return found;
}

/** The same keys with other values. */
export function mapEntries<T, U>(
  record: Readonly<Record<string, T>>,
  to: (value: T, key: string) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]));
}

/** A list by each item's key. */
export function byKey<T extends { readonly key: string }, U>(
  items: readonly T[],
  to: (item: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(items.map((item) => [item.key, to(item)]));
}
