import { describe, expect, test } from 'vitest';
import { resolve } from '../../src/resolve/index.ts';
import { planOf, systems } from '../systems.ts';

/** Every text of a plan that names something in AWS. */
function namesIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string')
    return /^(?:name|taskFamily|alias|elasticIpName|internetGatewayName|subnetGroupName|parameterGroupName)$/.test(
      key,
    )
      ? [value]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([each, inner]) => namesIn(inner, each));
}

describe.each(Object.entries(systems))('common to all: %s', (_, definition) => {
  const plan = planOf(definition, 'pr42');

  test('environments: every name of a resource carries the suffix', () => {
    const {
      network,
      cluster,
      loadBalancer,
      services,
      databases,
      tables,
      buckets,
      secrets,
      keys,
      logGroups,
      alarms,
      dashboard,
    } = plan;
    const own = [
      ...namesIn({
        network: { ...network, endpoints: network.endpoints },
        loadBalancer,
        databases: Object.values(databases).map((database) => ({ ...database, engine: {} })),
      }),
      cluster.name,
      dashboard?.name ?? 'pr42',
      ...Object.values(services).flatMap((service) => [
        service.name,
        service.taskFamily,
        service.registry?.name ?? 'pr42',
        service.executionRole.name,
        service.taskRole.name,
        ...(service.ingress?.targetGroups.map(({ name }) => name) ?? []),
      ]),
      ...[
        ...Object.values(tables),
        ...Object.values(buckets),
        ...Object.values(secrets),
        ...Object.values(logGroups),
        ...Object.values(alarms),
      ].map(({ name }) => name),
      ...Object.values(keys).map(({ alias }) => alias),
    ];
    expect(own.length).toBeGreaterThan(30);
    for (const name of own) expect(name).toMatch(/(?:^|[-/])pr42(?:$|[-/])/);
  });

  test('destroyable: nothing is retained unless the environment is protected', () => {
    const open = JSON.stringify({ ...plan, origins: {} });
    expect(open).not.toContain('"retain"');
    expect(open).not.toContain('"snapshot"');
    expect(open).not.toContain('"deletionProtection":true');
    expect(open).not.toContain('"emptyOnDelete":false');
    const kept = planOf({ ...definition, protect: true });
    expect(kept.loadBalancer?.deletionProtection).toBe(true);
    for (const database of Object.values(kept.databases))
      expect(database).toMatchObject({ deletionProtection: true, removal: 'snapshot' });
    for (const store of [...Object.values(kept.tables), ...Object.values(kept.buckets)])
      expect(store.removal).toBe('retain');
  });

  test('outputs: DNS name, registry and service name per service, dashboard, cluster, database endpoint, VPC id', () => {
    const kinds = plan.outputs.map(({ value }) => value.kind);
    expect(kinds).toEqual(expect.arrayContaining(['load-balancer', 'dashboard', 'cluster', 'network']));
    for (const key of Object.keys(plan.services)) {
      expect(
        plan.outputs
          .filter(({ value }) => 'service' in value && value.service === key)
          .map(({ value }) => value.kind)
          .sort(),
      ).toEqual(['registry', 'service']);
    }
    for (const key of Object.keys(plan.databases))
      expect(plan.outputs.some(({ value }) => value.kind === 'database' && value.database === key)).toBe(
        true,
      );
    expect(new Set(plan.outputs.map(({ key }) => key)).size).toBe(plan.outputs.length);
  });

  test('encryption: at rest and in transit', () => {
    for (const database of Object.values(plan.databases))
      expect(database).toMatchObject({ encrypted: true, requireTls: true });
    for (const bucket of Object.values(plan.buckets))
      expect(bucket).toMatchObject({ enforceTls: true, blockPublicAccess: true });
    for (const { registry } of Object.values(plan.services)) expect(registry?.encryption).toBe('AES256');
  });

  test('least privilege: one execution and one task role per service; no resource left open without a reason', () => {
    const grants = Object.values(plan.services).flatMap(({ executionRole, taskRole }) => [
      ...executionRole.grants,
      ...taskRole.grants,
    ]);
    const open = grants.filter(({ resource }) => resource.kind === 'any').flatMap(({ actions }) => actions);
    for (const action of open)
      expect(action).toMatch(
        /^(?:ecr:GetAuthorizationToken|xray:\w+|ssmmessages:\w+|logs:DescribeLogGroups)$/,
      );
    for (const { actions } of grants) for (const action of actions) expect(action).not.toContain('*');
    const roles = Object.values(plan.services).flatMap(({ executionRole, taskRole }) => [
      executionRole.name,
      taskRole.name,
    ]);
    expect(new Set(roles).size).toBe(roles.length);
  });

  test('secrets: no credential in plain settings', () => {
    for (const { environment } of Object.values(plan.services)) {
      for (const name of Object.keys(environment)) expect(name).not.toMatch(/PASSWORD|USERNAME|SECRET/);
    }
  });

  test('health and deployments: deregistration delay 30 s, rolling with circuit breaker and rollback', () => {
    for (const { ingress, deployment } of Object.values(plan.services)) {
      expect(ingress?.deregistrationDelaySeconds).toBe(30);
      expect(deployment).toMatchObject({
        strategy: { kind: 'rolling' },
        circuitBreaker: { enabled: true, rollback: true },
      });
    }
  });

  test('logs: one group per service, 7 days, prefix naming the task family', () => {
    for (const { logs, taskFamily } of Object.values(plan.services)) {
      expect(plan.logGroups[logs.logGroup]?.retentionDays).toBe(7);
      expect(logs.streamPrefix).toBe(taskFamily);
    }
  });

  test('tags: Environment, Project, ManagedBy', () => {
    expect(Object.keys(plan.tags)).toEqual(expect.arrayContaining(['Environment', 'Project', 'ManagedBy']));
  });

  test('environments: a bad suffix is refused with the rule', () => {
    for (const env of ['', 'Dev', '9a', 'a_b', 'a-', 'a--b', 'x'.repeat(17)]) {
      const { plan: none, diagnostics } = resolve(definition, { env });
      expect(none).toBe(null);
      expect(diagnostics.find(({ code }) => code === 'BW1101')?.fix).toContain('1 to 16 characters');
    }
  });
});
