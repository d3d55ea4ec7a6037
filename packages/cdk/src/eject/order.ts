/**
 * Puts each item after those that it depends on, otherwise as they come.
 * Items that depend on each other in a circle stay in their own order.
 */
export function inOrder<T>(items: readonly T[], dependencies: (item: T) => readonly T[]): readonly T[] {
  const known = new Set(items);
  const ordered = new Set<T>();
  const visiting = new Set<T>();
  const visit = (item: T): void => {
    if (ordered.has(item) || visiting.has(item)) return;
    visiting.add(item);
    for (const dependency of dependencies(item)) if (known.has(dependency)) visit(dependency);
    visiting.delete(item);
    ordered.add(item);
  };
  for (const item of items) visit(item);
  return [...ordered];
}

/**
 * The items in groups so that no two groups depend on each other in a circle: items that do share a group.
 * Groups come in an order in which each stands after those it depends on.
 */
export function acyclicGroups<T>(
  items: readonly T[],
  dependencies: (item: T) => readonly T[],
): readonly (readonly T[])[] {
  const reach = new Map(items.map((item) => [item, reachable(item, dependencies)]));
  const reaches = (from: T, to: T) => reach.get(from)?.has(to) ?? false;
  const groups: T[][] = [];
  for (const item of items) {
    const group = groups.find(
      ([first]) => first !== undefined && reaches(first, item) && reaches(item, first),
    );
    if (group === undefined) groups.push([item]);
    else group.push(item);
  }
  return inOrder(groups, (group) =>
    groups.filter((other) => other !== group && other.some((to) => group.some((from) => reaches(from, to)))),
  );
}

function reachable<T>(start: T, dependencies: (item: T) => readonly T[]): ReadonlySet<T> {
  const seen = new Set<T>();
  const left = [...dependencies(start)];
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    left.push(...dependencies(item));
  }
  return seen;
}
