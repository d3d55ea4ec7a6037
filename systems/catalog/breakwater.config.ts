import { auroraPostgres, defineSystem, generatedSecret } from 'breakwater';

/** Product catalogue API of an online shop: traffic that varies, business that depends on it, costs that matter. */
export default defineSystem({
  name: 'catalog',
  region: 'ap-southeast-2',
  defaults: '2026-11',
  naming: '{type}-{purpose}-{env}',
  network: { zones: 3, nat: 'per-zone' },
  stores: {
    products: auroraPostgres({
      database: 'productdb',
      capacity: '0.5-2 ACU',
      readers: 1,
      backups: { keep: '7 days', window: '03:00-04:00' },
      credentials: generatedSecret({ username: 'catalog' }),
    }),
  },
  services: {
    catalog: {
      image: './service',
      process: { build: ['node', 'build.mjs'], command: ['node', 'dist/main.js'], watch: ['src'] },
      port: 5000,
      size: { cpu: 512, memory: 1024 },
      routes: ['/api/*', '/health'],
      health: { path: '/health', interval: '30 s', timeout: '5 s', healthy: 2, unhealthy: 3 },
      scaling: { tasks: [2, 10], cpu: 70, cooldown: '60 s' },
      capacity: { spot: 70, onDemand: { weight: 30, base: 1 } },
      deployment: { minimumHealthy: 50, maximum: 200, targetGroups: 2 },
      uses: ['products'],
      tracing: 'otel',
      registry: { keep: 10 },
      alarms: { cpu: 80, runningTasks: 2 },
      exec: true,
    },
  },
  environments: {
    prod: {
      protect: true,
      network: { flowLogs: true },
      loadBalancer: { accessLogs: true },
    },
  },
});
