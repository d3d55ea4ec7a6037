import { describe, expect, test } from 'vitest';
import shop from '../../../../systems/shop/breakwater.config.ts';
import { only, planOf } from '../systems.ts';

const plan = planOf(shop);
const service = only(plan.services);
const database = only(plan.databases);

describe('shop', () => {
  test('region: eu-south-1, two zones', () => {
    expect(plan.region).toBe('eu-south-1');
    expect(plan.network.zones).toHaveLength(2);
  });

  test('network: VPC, DNS, subnets as given', () => {
    expect(plan.network).toMatchObject({ cidr: '10.0.0.0/16', dnsHostnames: true, dnsSupport: true });
    expect(plan.network.subnets.map(({ tier, cidr }) => [tier, cidr])).toEqual([
      ['public', '10.0.0.0/24'],
      ['public', '10.0.1.0/24'],
      ['private', '10.0.10.0/24'],
      ['private', '10.0.11.0/24'],
    ]);
  });

  test('network: internet gateway, 2 NAT gateways with elastic IPs, route tables for public and each private subnet', () => {
    expect(plan.network.internetGatewayName).toBe('flask-api-internet-gateway-dev');
    expect(plan.network.natGateways).toHaveLength(2);
    expect(new Set(plan.network.natGateways.map(({ elasticIpName }) => elasticIpName)).size).toBe(2);
    expect(plan.network.routeTables.map(({ tier, subnets }) => [tier, subnets.length])).toEqual([
      ['public', 2],
      ['private', 1],
      ['private', 1],
    ]);
  });

  test('security groups: 80 and 443 in; 5000 from the load balancer; 5432 from the tasks only', () => {
    const ingress = Object.fromEntries(
      plan.network.securityGroups.map((group) => [
        group.key,
        group.ingress.map(({ fromPort, peer }) => [fromPort, peer]),
      ]),
    );
    const anywhere = { kind: 'cidr', cidr: '0.0.0.0/0' };
    expect(ingress).toEqual({
      'load-balancer': [
        [80, anywhere],
        [443, anywhere],
      ],
      'service/api': [[5000, { kind: 'security-group', group: 'load-balancer' }]],
      'database/products': [[5432, { kind: 'security-group', group: 'service/api' }]],
    });
  });

  test('registry: private, scan on push, mutable tags', () => {
    expect(service.registry).toMatchObject({ scanOnPush: true, mutableTags: true });
  });

  test('database: Aurora PostgreSQL, writer and reader, db.t3.medium, private subnets, final snapshot skipped', () => {
    expect(database.engine.kind).toBe('aurora-postgresql');
    expect(database.instances.map(({ role }) => role)).toEqual(['writer', 'reader']);
    expect(database.capacity).toEqual({ kind: 'provisioned', instanceClass: 'db.t3.medium' });
    expect(database.subnetTier).toBe('private');
    expect(database.removal).toBe('destroy');
  });

  test('database: password in Secrets Manager', () => {
    expect(service.secrets['DB_PASSWORD']).toEqual({ secret: database.secret, key: 'password' });
    expect(only(plan.secrets, database.secret).kind).toBe('generated');
  });

  test('service: 1 vCPU, 2 GB, port 5000, desired 2, Fargate', () => {
    expect(service).toMatchObject({ cpuUnits: 1024, memoryMiB: 2048, port: 5000, desiredCount: 2 });
    expect(service.capacity).toEqual([{ provider: 'FARGATE', weight: 1, base: 0 }]);
  });

  test("service: the catalogue's code", () => {
    expect(service.image).toMatchObject({ kind: 'build', context: '../catalog/service' });
  });

  test('load balancer: internet-facing, HTTP 80, target group on /health, 30 s / 5 s, 2 healthy, 3 unhealthy', () => {
    expect(plan.loadBalancer?.scheme).toBe('internet-facing');
    expect(only(plan.loadBalancer?.listeners ?? [])).toMatchObject({ port: 80, protocol: 'HTTP' });
    expect(service.ingress?.health).toMatchObject({
      path: '/health',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });
  });

  test('load balancer: HTTPS with certificate and Route 53 record when a domain is given; HTTP then redirects', () => {
    const secured = planOf({ ...shop, domain: 'shop.example.com' }).loadBalancer;
    expect(secured?.domain).toEqual({ name: 'shop.example.com', hostedZone: 'example.com' });
    const [http, https] = secured?.listeners ?? [];
    expect(http?.defaultAction).toEqual({ kind: 'redirect', protocol: 'HTTPS', port: 443, statusCode: 301 });
    expect(http?.rules).toEqual([]);
    expect(https).toMatchObject({
      port: 443,
      protocol: 'HTTPS',
      tls: { certificateArn: null, policy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' },
    });
    expect(https?.rules).toHaveLength(1);
  });

  test('scaling: 2-10, CPU 70 %, scale-in 300 s, scale-out 60 s', () => {
    expect(service.scaling).toMatchObject({ minimum: 2, maximum: 10 });
    expect(only(service.scaling?.policies ?? [])).toMatchObject({
      metric: 'cpu',
      target: 70,
      scaleInCooldownSeconds: 300,
      scaleOutCooldownSeconds: 60,
    });
  });

  test('logs: /ecs/flask-api-{env} and /aws/alb/flask-api-{env}, 7 days', () => {
    for (const env of ['dev', 'pr42']) {
      const { logGroups, services, loadBalancer } = planOf(shop, env);
      expect(logGroups[only(services).logs.logGroup]).toMatchObject({
        name: `/ecs/flask-api-${env}`,
        retentionDays: 7,
      });
      expect(logGroups[loadBalancer?.logGroup ?? '']).toMatchObject({
        name: `/aws/alb/flask-api-${env}`,
        retentionDays: 7,
      });
    }
  });

  test('names and tags: flask-api-{type}-{env}; Environment, Project, ManagedBy', () => {
    const names = [
      plan.network.name,
      plan.cluster.name,
      plan.loadBalancer?.name,
      service.name,
      service.taskFamily,
      service.registry?.name,
      database.name,
      ...plan.network.subnets.map(({ name }) => name),
      ...plan.network.securityGroups.map(({ name }) => name),
      service.taskRole.name,
    ];
    for (const name of names) expect(name).toMatch(/^flask-api-[a-z0-9-]+-dev$/);
    expect(service.name).toBe('flask-api-service-dev');
    expect(plan.tags).toEqual({ Environment: 'production', Project: 'ecommerce-api', ManagedBy: 'Pulumi' });
  });

  test('outputs: VPC id, load balancer DNS name, registry URI, database endpoint, cluster name', () => {
    expect(plan.outputs.map(({ value }) => value)).toEqual(
      expect.arrayContaining([
        { kind: 'network', field: 'vpc-id' },
        { kind: 'load-balancer', field: 'dns-name' },
        { kind: 'registry', service: 'api', field: 'uri' },
        { kind: 'database', database: 'products', field: 'host' },
        { kind: 'cluster', field: 'name' },
      ]),
    );
  });
});
