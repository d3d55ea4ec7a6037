import assert from 'node:assert/strict';
import type {
  ContainerModel,
  DashboardModel,
  Model,
  RoleModel,
  ServiceModel,
  SubnetModel,
  TaskDefinitionModel,
} from '../model.ts';

/** The only one of a list; fails with what there is. */
export function only<T>(values: readonly T[], what: string): T {
  const [value] = values;
  assert.ok(
    value !== undefined && values.length === 1,
    `expected exactly one ${what}, found ${values.length}: ${JSON.stringify(values).slice(0, 400)}`,
  );
  return value;
}

/** The one with that name; fails with the names that there are. */
export function named<T extends { readonly name: string }>(values: readonly T[], name: string): T {
  const found = values.find((each) => each.name === name);
  assert.ok(found, `expected ${name} among ${values.map((each) => each.name).join(', ') || 'none'}`);
  return found;
}

/** Those properties of a value and no others, to compare with what is expected. */
export function pick<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Pick<T, K> {
  // Every key of the entries is one of K, each with T's value.
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>;
}

export function same(actual: unknown, expected: unknown, what: string): void {
  assert.deepEqual(actual, expected, differs(what, actual, expected));
}

/** The same members in whatever order. */
export function sameSet(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  const sorted = (values: readonly unknown[]) => values.map((each) => JSON.stringify(each)).sort();
  assert.deepEqual(sorted(actual), sorted(expected), differs(what, actual, expected));
}

export function holds(condition: boolean, what: string): void {
  assert.ok(condition, what);
}

function differs(what: string, actual: unknown, expected: unknown): string {
  return `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

/** Public, private and isolated subnets, by where their default route goes. */
export function subnetsByTier(
  model: Model,
): Readonly<Record<'public' | 'private' | 'isolated', readonly SubnetModel[]>> {
  const to = (kind: string) => model.subnets.filter(({ defaultRoute }) => defaultRoute.to === kind);
  return { public: to('internet-gateway'), private: to('nat-gateway'), isolated: to('none') };
}

/** The tier that all of these subnets are in, or a list of them. */
export function tierOf(model: Model, subnets: readonly string[]): string {
  const tiers = Object.entries(subnetsByTier(model)).flatMap(([tier, members]) =>
    members.some(({ name }) => subnets.includes(name)) ? [tier] : [],
  );
  const known = subnets.every((name) => model.subnets.some((each) => each.name === name));
  return known && subnets.length > 0 ? tiers.join(' and ') : `unknown subnets ${subnets.join(', ')}`;
}

/** A service with its task definition, its own container and its roles. */
export interface Task {
  readonly service: ServiceModel;
  readonly definition: TaskDefinitionModel;
  /** The one that the service is named for; sidecars are the others. */
  readonly container: ContainerModel;
  readonly executionRole: RoleModel;
  readonly taskRole: RoleModel;
}

export function taskOf(model: Model, service: ServiceModel): Task {
  const definition = model.taskDefinitions.find(({ family }) => family === service.taskFamily);
  assert.ok(
    definition,
    `service ${service.name} runs ${service.taskFamily}, which is no task definition here`,
  );
  const target = service.targets[0]?.container;
  const container =
    definition.containers.find(({ name }) => name === target) ??
    definition.containers.find(({ essential }) => essential);
  assert.ok(container, `task definition ${definition.family} has no container of the service's own`);
  return {
    service,
    definition,
    container,
    executionRole: named(model.roles, definition.executionRole),
    taskRole: named(model.roles, definition.taskRole),
  };
}

export function tasksOf(model: Model): readonly Task[] {
  return model.services.map((service) => taskOf(model, service));
}

/** The task of a system with one service. */
export function onlyTask(model: Model): Task {
  return taskOf(model, only(model.services, 'service'));
}

/** Target groups that a service registers its tasks with: the first, and the other of blue/green. */
export function targetGroupsOf(service: ServiceModel): readonly string[] {
  return service.targets.flatMap(({ targetGroup, alternate }) => [
    targetGroup,
    ...(alternate ? [alternate.targetGroup] : []),
  ]);
}

/** Path patterns that lead to each service, over all listeners. */
export function pathsByService(model: Model): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const { action, paths } of model.listeners.flatMap(({ rules }) => rules)) {
    const [first] = action.kind === 'forward' ? action.targets : [];
    const service = model.services.find((each) => targetGroupsOf(each).includes(first?.targetGroup ?? ''));
    found[service?.name ?? `nobody (${action.kind})`] ??= [];
    found[service?.name ?? `nobody (${action.kind})`]?.push(...paths);
  }
  for (const paths of Object.values(found)) paths.sort();
  return found;
}

/** Where a security group lets in from: port or range, and whom. */
export function entrances(model: Model, group: string): readonly (readonly [number | null, string])[] {
  return named(model.securityGroups, group).ingress.map(({ fromPort, toPort, peer }) => {
    const from = peer.kind === 'security-group' ? peer.group : peer.kind === 'cidr' ? peer.cidr : peer.text;
    return fromPort === toPort ? [fromPort, from] : [fromPort, `${from} up to ${toPort}`];
  });
}

/** The security group of a load balancer, a service or a database that has one. */
export function groupOf(owner: { readonly securityGroups: readonly string[] }): string {
  return only(owner.securityGroups, 'security group');
}

/** The only dashboard. */
export function dashboardOf(model: Model): DashboardModel {
  return only(model.dashboards, 'dashboard');
}

/** Fails unless a widget of the dashboard shows that metric of just those dimensions. */
export function shows(
  model: Model,
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): void {
  const found = dashboardOf(model)
    .widgets.flatMap(({ metrics }) => metrics)
    .some(
      (each) =>
        each.namespace === namespace &&
        each.name === name &&
        JSON.stringify(Object.entries(each.dimensions).sort()) ===
          JSON.stringify(Object.entries(dimensions).sort()),
    );
  assert.ok(found, `no widget shows ${namespace} ${name} of ${JSON.stringify(dimensions)}`);
}
