import { describe, expect, test } from 'vitest';
import storefront from '../../../../systems/storefront/breakwater.config.ts';
import { only, planOf } from '../systems.ts';

const plan = planOf(storefront);
const service = only(plan.services, 'webapp');
const database = only(plan.databases);

describe('storefront', () => {
  test('region: us-east-2, zones a and b', () => {
    expect(plan.region).toBe('us-east-2');
    expect(plan.network.zones).toEqual(['us-east-2a', 'us-east-2b']);
  });

  test('network: exactly two public and two private subnets as given, NAT', () => {
    expect(plan.network.subnets.map(({ tier, cidr }) => [tier, cidr])).toEqual([
      ['public', '10.0.1.0/24'],
      ['public', '10.0.2.0/24'],
      ['private', '10.0.3.0/24'],
      ['private', '10.0.4.0/24'],
    ]);
    expect(plan.network.natGateways.length).toBeGreaterThan(0);
  });

  test('service: webapp, webapp:latest, port 5000, 512 CPU units, 1024 MiB, desired 2, private subnets, Fargate only', () => {
    expect(service).toMatchObject({
      containerName: 'webapp',
      port: 5000,
      cpuUnits: 512,
      memoryMiB: 1024,
      desiredCount: 2,
      subnetTier: 'private',
    });
    expect(service.registry?.name).toBe('webapp-dev');
    expect(service.image).toMatchObject({ kind: 'build', tag: 'latest' });
    expect(service.capacity.map(({ provider }) => provider)).toEqual(['FARGATE']);
  });

  test('routing and health: /api/* and /health, /health every 30 s', () => {
    expect(service.ingress?.paths).toEqual(['/api/*', '/health']);
    expect(service.ingress?.health).toMatchObject({ path: '/health', intervalSeconds: 30 });
  });

  test('scaling: 2-10, CPU 70 %, cooldown 300 s both ways', () => {
    expect(service.scaling).toMatchObject({ minimum: 2, maximum: 10 });
    expect(only(service.scaling?.policies ?? [])).toMatchObject({
      metric: 'cpu',
      target: 70,
      scaleInCooldownSeconds: 300,
      scaleOutCooldownSeconds: 300,
    });
  });

  test('database: RDS PostgreSQL db.t3.micro in private subnets, backups 5 days, encrypted', () => {
    expect(database.engine.kind).toBe('postgresql');
    expect(database.capacity).toEqual({ kind: 'provisioned', instanceClass: 'db.t3.micro' });
    expect(database).toMatchObject({ subnetTier: 'private', backupRetentionDays: 5, encrypted: true });
  });

  test('sessions: table user-sessions with suffix, TTL on expiry', () => {
    expect(only(plan.tables)).toMatchObject({ name: 'user-sessions-dev', ttlAttribute: 'expiry' });
    expect(service.environment['SESSIONS_TABLE']).toEqual({
      kind: 'table',
      table: 'user-sessions',
      field: 'name',
    });
  });

  test('registry: private, scan on push, keep 5', () => {
    expect(service.registry).toMatchObject({ scanOnPush: true, keepImages: 5 });
  });

  test('logs: 7 days, streams by task family', () => {
    expect(plan.logGroups[service.logs.logGroup]?.retentionDays).toBe(7);
    expect(service.logs.streamPrefix).toBe(service.taskFamily);
  });

  test('security: load balancer to tasks 5000, tasks to database 5432', () => {
    const group = (key: string) => plan.network.securityGroups.find((each) => each.key === key);
    expect(group('service/webapp')?.ingress.map(({ fromPort, peer }) => [fromPort, peer])).toEqual([
      [5000, { kind: 'security-group', group: 'load-balancer' }],
    ]);
    expect(group('database/shop')?.ingress.map(({ fromPort, peer }) => [fromPort, peer])).toEqual([
      [5432, { kind: 'security-group', group: 'service/webapp' }],
    ]);
  });

  test('security: connection string in an existing secret, never created, rotation off, credentials injected', () => {
    const secret = only(plan.secrets);
    expect(secret).toEqual({
      key: 'database/shop',
      kind: 'existing',
      name: 'storefront/dev/database',
      fields: ['username', 'password', 'url'],
    });
    expect(service.secrets).toMatchObject({
      DB_URL: { secret: secret.key, key: 'url' },
      DB_USERNAME: { secret: secret.key, key: 'username' },
      DB_PASSWORD: { secret: secret.key, key: 'password' },
    });
    expect(service.environment['DB_HOST']).toEqual({ kind: 'database', database: 'shop', field: 'host' });
  });

  test('outputs include the load balancer DNS name', () => {
    expect(plan.outputs.map(({ key }) => key)).toContain('LoadBalancerDnsName');
  });

  test('names: {type}-{env}-{purpose}', () => {
    expect(service.name).toBe('service-dev-webapp');
    expect(plan.loadBalancer?.name).toBe('alb-dev-storefront');
  });
});
