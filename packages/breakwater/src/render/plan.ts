import type { DatabasePlan, Plan, ServicePlan } from '@breakwater/plan';
import type { Style } from '../terminal.ts';
import { renderTable } from './table.ts';
import { plural } from './units.ts';

/** What `plan` shows: one screen that says what the definition comes to. */
export function renderPlan(plan: Plan, style: Style): string {
  const head = [
    style.bold(`${plan.system} ${plan.env}`),
    plan.region,
    `defaults ${plan.defaults}`,
    plan.protect ? style.green('protected from deletion') : 'nothing protected from deletion',
  ].join(' · ');
  const blocks = [head, renderNetwork(plan, style), renderServices(plan, style)];
  const routes = renderRoutes(plan, style);
  if (routes) blocks.push(routes);
  const stores = renderStores(plan, style);
  if (stores) blocks.push(stores);
  blocks.push(renderRest(plan, style));
  return blocks.join('\n\n');
}

function renderNetwork(plan: Plan, style: Style): string {
  const { network } = plan;
  const tiers = [...new Set(network.subnets.map((subnet) => subnet.tier))]
    .map(
      (tier) =>
        `${tier} ${network.subnets
          .filter((subnet) => subnet.tier === tier)
          .map((subnet) => subnet.cidr)
          .join(' ')}`,
    )
    .join('\n          ');
  return [
    `${style.dim('network')}   ${network.cidr} in ${network.zones.join(', ')}, ${plural(network.natGateways.length, 'NAT gateway')}`,
    `          ${tiers}`,
  ].join('\n');
}

function renderServices(plan: Plan, style: Style): string {
  return renderTable(
    [
      { heading: 'SERVICE' },
      { heading: 'NAME' },
      { heading: 'SIZE' },
      { heading: 'TASKS' },
      { heading: 'CAPACITY' },
      { heading: 'SCALING' },
      { heading: 'DEPLOYMENT' },
    ],
    Object.values(plan.services).map((service) => [
      service.key,
      service.name,
      `${service.cpuUnits} CPU, ${service.memoryMiB} MiB`,
      renderTasks(service),
      service.capacity.map(renderCapacity).join(' + '),
      service.scaling?.policies
        .map(
          (policy) =>
            `${policy.metric} ${policy.target}${policy.metric === 'requests-per-target' ? '/min' : ' %'}`,
        )
        .join(', ') || 'none',
      `${service.deployment.strategy.kind}${service.deployment.circuitBreaker.rollback ? ', rolls back' : ''}`,
    ]),
    style,
  );
}

function renderTasks(service: ServicePlan): string {
  return service.scaling === null
    ? String(service.desiredCount)
    : `${service.desiredCount} (${service.scaling.minimum}..${service.scaling.maximum})`;
}

function renderCapacity({ provider, weight, base }: ServicePlan['capacity'][number]): string {
  return `${provider} ${weight}${base > 0 ? ` base ${base}` : ''}`;
}

function renderRoutes(plan: Plan, style: Style): string | null {
  const listeners = plan.loadBalancer?.listeners ?? [];
  if (listeners.length === 0) return null;
  const rows = listeners.flatMap((listener) => {
    const where = `${listener.protocol} ${listener.port}`;
    return [
      ...listener.rules.map((rule) => [
        where,
        String(rule.priority),
        rule.paths.join(' '),
        renderAction(rule.action),
      ]),
      [where, 'default', 'anything else', renderAction(listener.defaultAction)],
    ];
  });
  return renderTable(
    [
      { heading: 'LISTENER' },
      { heading: 'PRIORITY', align: 'right' },
      { heading: 'PATHS' },
      { heading: 'DOES' },
    ],
    rows,
    style,
  );
}

type Action = NonNullable<Plan['loadBalancer']>['listeners'][number]['defaultAction'];

function renderAction(action: Action): string {
  switch (action.kind) {
    case 'forward':
      return `→ ${action.service}`;
    case 'fixed-response':
      return `answers ${action.statusCode} ${action.body}`.trimEnd();
    case 'redirect':
      return `redirects to ${action.protocol} ${action.port} with ${action.statusCode}`;
  }
}

function renderStores(plan: Plan, style: Style): string | null {
  const rows = [
    ...Object.values(plan.databases).map((database) => [
      database.key,
      database.name,
      renderDatabase(database),
    ]),
    ...Object.values(plan.tables).map((table) => [
      table.key,
      table.name,
      `DynamoDB table, key ${table.partitionKey.name}${table.sortKey ? ` and ${table.sortKey.name}` : ''}${table.ttlAttribute ? `, expires by ${table.ttlAttribute}` : ''}`,
    ]),
    ...Object.values(plan.buckets).map((bucket) => [
      bucket.key,
      bucket.name,
      `S3 bucket, ${bucket.encryption}`,
    ]),
    ...Object.values(plan.secrets).map((secret) => [secret.key, secret.name, `${secret.kind} secret`]),
  ];
  if (rows.length === 0) return null;
  return renderTable([{ heading: 'STORE' }, { heading: 'NAME' }, { heading: 'WHAT' }], rows, style);
}

function renderDatabase(database: DatabasePlan): string {
  const size =
    database.capacity.kind === 'serverless-v2'
      ? `${database.capacity.minimumAcu}-${database.capacity.maximumAcu} ACU`
      : database.capacity.instanceClass;
  const readers = database.instances.filter((instance) => instance.role === 'reader').length;
  return `${database.engine.kind} ${database.engine.version}, ${size}, ${plural(readers, 'reader')}, backups ${plural(database.backupRetentionDays, 'day')}`;
}

function renderRest(plan: Plan, style: Style): string {
  const rest = [
    plural(Object.keys(plan.alarms).length, 'alarm'),
    plural(Object.keys(plan.logGroups).length, 'log group'),
    plan.dashboard ? 'a dashboard' : 'no dashboard',
    plural(plan.outputs.length, 'output'),
  ].join(', ');
  return `${style.dim('also')}      ${rest}\n${style.dim('where a value comes from: breakwater explain PATH; everything: breakwater plan --json')}`;
}
