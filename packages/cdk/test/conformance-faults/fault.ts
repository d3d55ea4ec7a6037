import type { StackTemplate, SystemName, Variant } from '@breakwater/testkit';

/** Resources of a stack by logical id, to be changed in place. */
type Resources = Readonly<Record<string, Record<string, unknown>>>;

/** One change that makes what is emitted wrong. */
export interface Fault {
  /** The row that must notice. */
  readonly row: string;
  readonly what: string;
  readonly system: SystemName;
  readonly variant: Variant;
  readonly change: (stacks: readonly StackTemplate[]) => void;
}

interface Where {
  readonly variant?: Variant;
  /** Part of the logical id, where there are several of the type. */
  readonly id?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Steps into a list by number or by what a member holds: `[Key=name]`. */
function step(value: unknown, key: string): string {
  const [, property = '', wanted] = /^\[(\w+)=(.+)\]$/.exec(key) ?? [];
  if (wanted === undefined) return key;
  const members = Array.isArray(value) ? value : [];
  const index = members.findIndex((each) => isObject(each) && each[property] === wanted);
  if (index < 0) throw new Error(`there is no ${key} in ${JSON.stringify(value)}`);
  return String(index);
}

/** Sets what stands at a path of properties; undefined takes it away. */
export function put(target: unknown, path: string, value: unknown): void {
  // What stands in brackets is one step, points and all.
  const keys = path.match(/\[[^\]]+\]|[^.]+/g) ?? [];
  const last = keys.pop() ?? '';
  let here: unknown = target;
  for (const key of keys) {
    const next = step(here, key);
    here = isObject(here) ? here[next] : undefined;
  }
  if (!isObject(here)) throw new Error(`there is nothing at ${path}`);
  const key = step(here, last);
  if (value !== undefined) here[key] = value;
  else if (Array.isArray(here)) here.splice(Number(key), 1);
  else delete here[key];
}

function resourcesOf(
  stacks: readonly StackTemplate[],
): readonly (readonly [string, Record<string, unknown>])[] {
  // Logical ids are unique in a stack only. Templates are CloudFormation's: an object of resources, each an object.
  return stacks.flatMap(({ template }) =>
    Object.entries((template as { Resources?: Resources }).Resources ?? {}),
  );
}

/** The first resource of a type whose logical id holds `id`, whatever the case; fails where there is none, so that no fault is an idle one. */
export function find(stacks: readonly StackTemplate[], type: string, id = ''): Record<string, unknown> {
  const found = resourcesOf(stacks).find(
    ([logicalId, resource]) =>
      resource['Type'] === type && logicalId.toLowerCase().includes(id.toLowerCase()),
  );
  if (found === undefined) throw new Error(`there is no ${type} ${id}`);
  return found[1];
}

/** Takes away a resource that nothing refers to. */
export function remove(stacks: readonly StackTemplate[], type: string, id = ''): void {
  for (const { template } of stacks) {
    // As above.
    const { Resources: resources = {} } = template as { Resources?: Record<string, Record<string, unknown>> };
    for (const [logicalId, resource] of Object.entries(resources))
      if (resource['Type'] === type && logicalId.toLowerCase().includes(id.toLowerCase())) {
        delete resources[logicalId];
        return;
      }
  }
  throw new Error(`there is no ${type} ${id}`);
}

/** A fault that sets one property, or takes it away. */
export function property(
  row: string,
  what: string,
  system: SystemName,
  type: string,
  path: string,
  value: unknown,
  { variant = 'dev', id }: Where = {},
): Fault {
  return {
    row,
    what,
    system,
    variant,
    change: (stacks) => put(find(stacks, type, id), path, value),
  };
}

/** A fault of any other kind. */
export function fault(
  row: string,
  what: string,
  system: SystemName,
  change: Fault['change'],
  variant: Variant = 'dev',
): Fault {
  return { row, what, system, variant, change };
}
