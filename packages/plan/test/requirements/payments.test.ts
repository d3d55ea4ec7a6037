import { describe, expect, test } from 'vitest';
import payments from '../../../../systems/payments/breakwater.config.ts';
import { only, planOf } from '../systems.ts';

const plan = planOf(payments);
const services = Object.values(plan.services);
const keys = ['notification', 'order', 'payment'];

describe('payments', () => {
  test('region: us-east-1, three zones', () => {
    expect(plan.region).toBe('us-east-1');
    expect(plan.network.zones).toHaveLength(3);
  });

  test('network: public and private /24 subnets, one NAT gateway, per zone by choice', () => {
    expect(plan.network.subnets.map(({ tier }) => tier)).toEqual([
      'public',
      'public',
      'public',
      'private',
      'private',
      'private',
    ]);
    expect(plan.network.subnets.every(({ cidr }) => cidr.endsWith('/24'))).toBe(true);
    expect(plan.network.natGateways).toHaveLength(1);
    expect(planOf(payments, 'prod').network.natGateways).toHaveLength(3);
  });

  test('network: optional endpoints for S3, DynamoDB (gateway), ECR, Logs, Secrets Manager (interface)', () => {
    expect(plan.network.endpoints).toEqual([]);
    const { endpoints, securityGroups } = planOf(payments, 'prod').network;
    expect(Object.fromEntries(endpoints.map(({ service, type }) => [service, type]))).toEqual({
      s3: 'gateway',
      dynamodb: 'gateway',
      'ecr.api': 'interface',
      'ecr.dkr': 'interface',
      logs: 'interface',
      secretsmanager: 'interface',
    });
    expect(
      securityGroups.find(({ key }) => key === 'endpoints')?.ingress.map(({ fromPort }) => fromPort),
    ).toEqual([443, 443, 443]);
  });

  test('cluster: Fargate and Spot, Container Insights, namespace {env}.local', () => {
    expect(plan.cluster).toMatchObject({
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      containerInsights: 'enabled',
      namespace: { name: 'dev.local', kind: 'private-dns' },
    });
  });

  test('service mesh: services find each other by name through Service Connect', () => {
    expect(plan.services['order']?.connect?.calls).toEqual(['notification', 'payment']);
    expect(plan.services['payment']?.connect?.server).toMatchObject({
      discoveryName: 'payment',
      dnsName: 'payment.dev.local',
      port: 8080,
      appProtocol: 'http',
    });
    expect(plan.services['order']?.environment['PAYMENT_URL']).toEqual({
      kind: 'service',
      service: 'payment',
      field: 'url',
    });
  });

  test('service mesh: encrypted where a certificate authority is given', () => {
    const arn = 'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/0a1b2c3d';
    const encrypted = planOf({ ...payments, connect: { certificateAuthority: arn } });
    for (const key of ['order', 'payment']) {
      expect(encrypted.services[key]?.connect?.tls).toEqual({ certificateAuthorityArn: arn });
      expect(encrypted.services[key]?.infrastructureRole?.policies).toContain('service-connect-tls');
    }
  });

  test('services: payment, order, notification with 1 vCPU and 2 GB', () => {
    expect(Object.keys(plan.services)).toEqual(keys);
    for (const service of services)
      expect(service).toMatchObject({ cpuUnits: 1024, memoryMiB: 2048, executeCommand: true });
  });

  test('services: Spot with base 2', () => {
    for (const { capacity } of services)
      expect(capacity).toEqual([{ provider: 'FARGATE_SPOT', weight: 1, base: 2 }]);
  });

  test('services: 2-10 tasks, CPU 70 %, cooldowns 60 s', () => {
    for (const { scaling } of services) {
      expect(scaling).toMatchObject({ minimum: 2, maximum: 10 });
      expect(only(scaling?.policies ?? [])).toMatchObject({
        metric: 'cpu',
        target: 70,
        scaleInCooldownSeconds: 60,
        scaleOutCooldownSeconds: 60,
      });
    }
  });

  test('services: own roles, log group, target group', () => {
    const distinct = (values: readonly (string | undefined)[]) => expect(new Set(values).size).toBe(3);
    distinct(services.map(({ taskRole }) => taskRole.name));
    distinct(services.map(({ executionRole }) => executionRole.name));
    distinct(services.map(({ logs }) => plan.logGroups[logs.logGroup]?.name));
    distinct(services.map(({ ingress }) => ingress?.targetGroups[0]?.name));
  });

  test('routing: /payment/*, /order/*, /notification/*, otherwise 404', () => {
    const listener = only(plan.loadBalancer?.listeners ?? []);
    expect(Object.fromEntries(listener.rules.map(({ paths, action }) => [paths.join(), action]))).toEqual({
      '/payment/*': { kind: 'forward', service: 'payment' },
      '/order/*': { kind: 'forward', service: 'order' },
      '/notification/*': { kind: 'forward', service: 'notification' },
    });
    expect(listener.defaultAction).toMatchObject({ kind: 'fixed-response', statusCode: 404 });
  });

  test('registry: per service, scan on push, keep 10, AES-256, emptied on delete', () => {
    for (const { registry } of services)
      expect(registry).toMatchObject({
        scanOnPush: true,
        keepImages: 10,
        encryption: 'AES256',
        emptyOnDelete: true,
      });
    expect(new Set(services.map(({ registry }) => registry?.name)).size).toBe(3);
  });

  test('permissions: each service reads and writes only its own bucket and its own table, which exist', () => {
    for (const { key, taskRole, uses } of services) {
      const resources = taskRole.grants.flatMap(({ resource }) =>
        resource.kind === 'table' || resource.kind === 'bucket-objects' || resource.kind === 'bucket'
          ? [resource.key]
          : [],
      );
      expect([...new Set(resources)].sort()).toEqual([...uses].sort());
      expect(uses).toHaveLength(2);
      expect(uses.every((use) => use.startsWith(`${key}-`))).toBe(true);
      expect(uses.filter((use) => Object.hasOwn(plan.tables, use))).toHaveLength(1);
      expect(uses.filter((use) => Object.hasOwn(plan.buckets, use))).toHaveLength(1);
    }
  });

  test('logs: customer-managed key with rotation for these log groups only, 7 days', () => {
    const key = only(plan.keys);
    expect(key.rotation).toBe(true);
    expect(key.logGroups).toEqual(Object.keys(plan.logGroups));
    for (const group of Object.values(plan.logGroups))
      expect(group).toMatchObject({ retentionDays: 7, encryptionKey: key.key });
  });

  test('secrets: generated for dbadmin, 32 characters, no punctuation or space, rotated every 30 days', () => {
    expect(only(plan.secrets)).toMatchObject({
      kind: 'generated',
      username: 'dbadmin',
      passwordLength: 32,
      excludePunctuation: true,
      excludeSpace: true,
      rotationDays: 30,
    });
  });

  test('deployments: circuit breaker with rollback, blue/green selectable', () => {
    for (const { deployment } of services)
      expect(deployment).toMatchObject({
        strategy: { kind: 'rolling' },
        circuitBreaker: { enabled: true, rollback: true },
      });
    for (const service of Object.values(planOf(payments, 'prod').services)) {
      expect(service.deployment.strategy).toEqual({ kind: 'blue-green', bakeMinutes: 10 });
      expect(service.ingress?.targetGroups).toHaveLength(2);
      expect(service.infrastructureRole?.policies).toEqual(['load-balancers']);
    }
  });

  test('dashboard: cluster and per-service CPU and memory; requests, response time, 4xx, 5xx; mesh rate and latency', () => {
    const metrics = (plan.dashboard?.widgets ?? []).flatMap(({ left, right }) => [...left, ...right]);
    const has = (name: string, dimensions: readonly string[]) =>
      metrics.filter(
        (metric) => metric.name === name && Object.keys(metric.dimensions).join() === dimensions.join(),
      ).length;
    expect(has('CPUUtilization', ['ClusterName'])).toBe(1);
    expect(has('MemoryUtilization', ['ClusterName'])).toBe(1);
    expect(has('CPUUtilization', ['ClusterName', 'ServiceName'])).toBe(3);
    expect(has('MemoryUtilization', ['ClusterName', 'ServiceName'])).toBe(3);
    for (const name of ['RequestCount', 'HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'])
      expect(has(name, ['LoadBalancer'])).toBe(1);
    expect(has('TargetResponseTime', ['LoadBalancer'])).toBe(2);
    expect(has('RequestCount', ['ClusterName', 'ServiceName', 'DiscoveryName'])).toBe(2);
    expect(has('TargetResponseTime', ['ClusterName', 'ServiceName', 'TargetDiscoveryName'])).toBe(2);
  });

  test('tags: Environment, Service, Team, CostCenter', () => {
    for (const { key, tags } of services)
      expect(tags).toMatchObject({
        Environment: 'dev',
        Service: key,
        Team: 'payments',
        CostCenter: 'fintech',
      });
  });

  test('names: {purpose}-{env} with the type in the purpose', () => {
    expect(plan.services['order']?.name).toBe('order-service-dev');
    expect(plan.cluster.name).toBe('payments-cluster-dev');
  });
});
