import { describe, expect, test } from 'vitest';
import catalog from '../../../../systems/catalog/breakwater.config.ts';
import { only, planOf } from '../systems.ts';

// Each test is a row of the system's requirements; a value here is exact.
const plan = planOf(catalog);
const service = only(plan.services, 'catalog');
const database = only(plan.databases);

describe('catalog', () => {
  test('region: ap-southeast-2, three zones', () => {
    expect(plan.region).toBe('ap-southeast-2');
    expect(plan.network.zones).toEqual(['ap-southeast-2a', 'ap-southeast-2b', 'ap-southeast-2c']);
  });

  test('network: public, private and isolated subnets, /24 each, in three zones, one NAT gateway per zone', () => {
    const { subnets, natGateways, routeTables } = plan.network;
    for (const tier of ['public', 'private', 'isolated']) {
      const inTier = subnets.filter((each) => each.tier === tier);
      expect(inTier.map(({ zone }) => zone)).toEqual(plan.network.zones);
      expect(inTier.every(({ cidr }) => cidr.endsWith('/24'))).toBe(true);
    }
    expect(natGateways.map(({ zone }) => zone)).toEqual(plan.network.zones);
    const routes = routeTables
      .filter(({ tier }) => tier === 'private')
      .map(({ defaultRoute }) => defaultRoute);
    expect(routes).toEqual(natGateways.map(({ key }) => ({ to: 'nat-gateway', nat: key })));
    expect(
      routeTables.filter(({ tier }) => tier === 'isolated').map(({ defaultRoute }) => defaultRoute),
    ).toEqual([{ to: 'none' }]);
  });

  test('network: load balancer in public, tasks in private, database in isolated subnets', () => {
    expect(plan.loadBalancer?.subnetTier).toBe('public');
    expect(service.subnetTier).toBe('private');
    expect(service.assignPublicIp).toBe(false);
    expect(database.subnetTier).toBe('isolated');
  });

  test('cluster: Fargate and Fargate Spot, Container Insights on', () => {
    expect(plan.cluster.capacityProviders).toEqual(['FARGATE', 'FARGATE_SPOT']);
    expect(plan.cluster.containerInsights).toBe('enabled');
  });

  test('service: 512 CPU units, 1024 MiB, port 5000, desired 2, minimum 2, maximum 10', () => {
    expect(service).toMatchObject({ cpuUnits: 512, memoryMiB: 1024, port: 5000, desiredCount: 2 });
    expect(service.scaling).toMatchObject({ minimum: 2, maximum: 10 });
  });

  test('service: Spot weight 70, Fargate weight 30 with base 1', () => {
    expect(service.capacity).toEqual([
      { provider: 'FARGATE', weight: 30, base: 1 },
      { provider: 'FARGATE_SPOT', weight: 70, base: 0 },
    ]);
  });

  test('service: minimum healthy 50 %, maximum 200 %, exec enabled', () => {
    expect(service.deployment).toMatchObject({ minimumHealthyPercent: 50, maximumPercent: 200 });
    expect(service.executeCommand).toBe(true);
  });

  test('routing: internet-facing, /api/* and /health forward, everything else 404 Not Found in plain text', () => {
    expect(plan.loadBalancer?.scheme).toBe('internet-facing');
    const listener = only(plan.loadBalancer?.listeners ?? []);
    expect(listener).toMatchObject({ port: 80, protocol: 'HTTP' });
    expect(listener.rules.flatMap(({ paths }) => paths).sort()).toEqual(['/api/*', '/health']);
    expect(
      listener.rules.every(({ action }) => action.kind === 'forward' && action.service === 'catalog'),
    ).toBe(true);
    expect(listener.defaultAction).toEqual({
      kind: 'fixed-response',
      statusCode: 404,
      contentType: 'text/plain',
      body: 'Not Found',
    });
  });

  test('health check: /health, interval 30 s, timeout 5 s, healthy 2, unhealthy 3', () => {
    expect(service.ingress?.health).toMatchObject({
      path: '/health',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });
  });

  test('scaling: CPU target 70 %, cooldowns 60 s', () => {
    expect(only(service.scaling?.policies ?? [])).toMatchObject({
      metric: 'cpu',
      target: 70,
      scaleInCooldownSeconds: 60,
      scaleOutCooldownSeconds: 60,
    });
  });

  test('registry: repository per service, the last 10 images, removed with them', () => {
    expect(service.registry).toMatchObject({ keepImages: 10, emptyOnDelete: true });
  });

  test('database: Aurora PostgreSQL Serverless v2, 0.5-2 ACU, writer and a reader that scales with it', () => {
    expect(database.engine.kind).toBe('aurora-postgresql');
    expect(database.capacity).toEqual({ kind: 'serverless-v2', minimumAcu: 0.5, maximumAcu: 2 });
    expect(database.instances.map(({ role, promotionTier }) => [role, promotionTier])).toEqual([
      ['writer', 0],
      ['reader', 1],
    ]);
  });

  test('database: encrypted, backups 7 days in 03:00-04:00, database productdb', () => {
    expect(database).toMatchObject({
      encrypted: true,
      requireTls: true,
      backupRetentionDays: 7,
      backupWindow: '03:00-04:00',
      databaseName: 'productdb',
    });
  });

  test("secrets: DB_* injected from the database's secret", () => {
    expect(Object.keys(service.secrets)).toEqual([
      'DB_HOST',
      'DB_NAME',
      'DB_PASSWORD',
      'DB_PORT',
      'DB_USERNAME',
    ]);
    for (const { secret, key } of Object.values(service.secrets)) {
      expect(secret).toBe(database.secret);
      expect(only(plan.secrets, secret).fields).toContain(key);
    }
    expect(Object.keys(service.environment).some((name) => name.startsWith('DB_'))).toBe(false);
  });

  test('tracing: OpenTelemetry collector sidecar, pinned', () => {
    expect(service.tracing?.sidecar).toMatchObject({
      kind: 'otel-collector',
      image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
    });
    expect(service.environment['OTEL_EXPORTER_OTLP_ENDPOINT']).toEqual({
      kind: 'literal',
      value: 'http://localhost:4318',
    });
  });

  test('tracing: the classic X-Ray daemon stays selectable', () => {
    const classic = planOf({
      ...catalog,
      services: { catalog: { ...catalog.services['catalog'], tracing: 'xray-daemon' } },
    });
    const traced = only(classic.services);
    expect(traced.tracing?.sidecar.kind).toBe('xray-daemon');
    expect(traced.environment['AWS_XRAY_DAEMON_ADDRESS']).toEqual({
      kind: 'literal',
      value: '127.0.0.1:2000',
    });
  });

  test('alarms: CPU above 80 % for 2 of 2 periods; running tasks below 2 for 2 periods, on a metric that exists', () => {
    expect(plan.alarms['catalog-cpu']).toMatchObject({
      comparison: 'GreaterThanThreshold',
      threshold: 80,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      metric: { namespace: 'AWS/ECS', name: 'CPUUtilization' },
    });
    expect(plan.alarms['catalog-running-tasks']).toMatchObject({
      comparison: 'LessThanThreshold',
      threshold: 2,
      evaluationPeriods: 2,
      metric: { namespace: 'ECS/ContainerInsights', name: 'RunningTaskCount' },
    });
  });

  test('alarms: a topic when the definition names subscribers', () => {
    expect(plan.topics).toEqual({});
    const told = planOf({ ...catalog, alarms: { notify: ['ops@example.com'] } });
    expect(only(told.topics).subscribers).toEqual([{ protocol: 'email', endpoint: 'ops@example.com' }]);
    expect(Object.values(told.alarms).every(({ notifies }) => notifies)).toBe(true);
  });

  test('dashboard: CPU, memory, response time, request count, running tasks, healthy hosts', () => {
    const names = (plan.dashboard?.widgets ?? [])
      .flatMap(({ left, right }) => [...left, ...right])
      .map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'CPUUtilization',
        'MemoryUtilization',
        'TargetResponseTime',
        'RequestCount',
        'RunningTaskCount',
        'HealthyHostCount',
      ]),
    );
  });

  test('deployments: two target groups ready for blue/green', () => {
    expect(service.deployment.strategy).toEqual({ kind: 'rolling' });
    expect(service.ingress?.targetGroups.map(({ key }) => key)).toEqual(['blue', 'green']);
  });

  test('common: names by {type}-{purpose}-{env}', () => {
    expect(service.name).toBe('service-catalog-dev');
    expect(plan.cluster.name).toBe('cluster-catalog-dev');
  });
});
