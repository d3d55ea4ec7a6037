import { auroraPostgres, defineSystem, generatedSecret } from 'breakwater';

/** The same kind of API as the catalogue, and its very code, in a network of its own design. */
export default defineSystem({
  name: 'flask-api',
  region: 'eu-south-1',
  defaults: '2026-11',
  naming: '{purpose}-{type}-{env}',
  tags: { Environment: 'production', Project: 'ecommerce-api', ManagedBy: 'Pulumi' },
  network: {
    cidr: '10.0.0.0/16',
    zones: 2,
    nat: 'per-zone',
    subnets: {
      public: ['10.0.0.0/24', '10.0.1.0/24'],
      private: ['10.0.10.0/24', '10.0.11.0/24'],
      isolated: false,
    },
  },
  loadBalancer: { logs: { name: '/aws/alb/flask-api-{env}', retention: '7 days' } },
  stores: {
    products: auroraPostgres({
      purpose: 'flask-api',
      database: 'products',
      capacity: 'db.t3.medium',
      readers: 1,
      credentials: generatedSecret({ username: 'dbadmin' }),
    }),
  },
  services: {
    api: {
      purpose: 'flask-api',
      image: '../catalog/service',
      process: { build: ['node', 'build.mjs'], command: ['node', 'dist/main.js'], watch: ['src'] },
      port: 5000,
      size: '1 vCPU, 2 GB',
      routes: ['/*'],
      health: { path: '/health', interval: '30 s', timeout: '5 s', healthy: 2, unhealthy: 3 },
      scaling: { tasks: [2, 10], cpu: 70, cooldown: { in: '300 s', out: '60 s' } },
      registry: { scanOnPush: true, mutableTags: true },
      logs: { name: '/ecs/flask-api-{env}', retention: '7 days' },
      uses: ['products'],
    },
  },
});
