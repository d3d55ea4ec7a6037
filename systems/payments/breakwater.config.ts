import { bucket, defineSystem, generatedSecret, type ServiceOptions, table } from 'breakwater';

/** What the three services have in common. */
const microservice = {
  port: 8080,
  size: '1 vCPU, 2 GB',
  scaling: { tasks: [2, 10], cpu: 70, cooldown: '60 s' },
  capacity: { spot: { weight: 1, base: 2 } },
  deployment: { strategy: 'rolling', circuitBreaker: { rollback: true } },
  registry: { scanOnPush: true, keep: 10 },
  exec: true,
} as const satisfies Partial<ServiceOptions>;

/** In production Spot may go away without taking the last tasks along, and a bad version is taken back at once. */
const inProduction = {
  capacity: { onDemand: { weight: 1, base: 2 }, spot: { weight: 1, base: 0 } },
  alarms: { errors: 10, latency: 1 },
  deployment: { strategy: 'blue-green', bake: '10 min', rollbackOn: ['errors', 'latency'] },
} as const satisfies Partial<ServiceOptions>;

/** The three share a folder, and what they have in common there. */
const program = (name: string) =>
  ({
    image: { build: './services', args: { SERVICE: name } },
    process: {
      build: ['node', 'build.mjs', name],
      command: ['node', `dist/${name}/main.js`],
      watch: [name, 'common'],
    },
  }) as const satisfies Partial<ServiceOptions>;

/** Payment, order and notification: each scales, deploys and fails on its own. */
export default defineSystem({
  name: 'payments',
  region: 'us-east-1',
  defaults: '2026-11',
  naming: '{purpose}-{env}',
  tags: { Team: 'payments', CostCenter: 'fintech' },
  network: { zones: 3, nat: 'single', subnets: { isolated: false } },
  connect: { namespace: '{env}.local' },
  logs: { retention: '7 days', customerKey: true },
  stores: {
    'payment-ledger': table({ partitionKey: 'pk', sortKey: 'sk', tags: { Service: 'payment' } }),
    'payment-files': bucket({ tags: { Service: 'payment' } }),
    'order-book': table({ partitionKey: 'pk', sortKey: 'sk', tags: { Service: 'order' } }),
    'order-files': bucket({ tags: { Service: 'order' } }),
    'notification-log': table({ partitionKey: 'pk', sortKey: 'sk', tags: { Service: 'notification' } }),
    'notification-receipts': bucket({ tags: { Service: 'notification' } }),
    'database-credentials': generatedSecret({
      username: 'dbadmin',
      length: 32,
      plain: true,
      rotate: '30 days',
    }),
  },
  services: {
    payment: {
      ...microservice,
      ...program('payment'),
      routes: ['/payment/*'],
      uses: { 'payment-ledger': { prefix: 'LEDGER' }, 'payment-files': { prefix: 'FILES' } },
      tags: { Service: 'payment' },
    },
    order: {
      ...microservice,
      ...program('order'),
      routes: ['/order/*'],
      uses: { 'order-book': { prefix: 'ORDERS' }, 'order-files': { prefix: 'FILES' } },
      calls: ['payment', 'notification'],
      tags: { Service: 'order' },
    },
    notification: {
      ...microservice,
      ...program('notification'),
      routes: ['/notification/*'],
      uses: { 'notification-log': { prefix: 'LOG' }, 'notification-receipts': { prefix: 'RECEIPTS' } },
      tags: { Service: 'notification' },
    },
  },
  environments: {
    prod: {
      protect: true,
      network: { nat: 'per-zone', endpoints: true, flowLogs: true },
      loadBalancer: { accessLogs: true },
      stores: {
        'payment-files': { versioned: true },
        'order-files': { versioned: true },
        'notification-receipts': { versioned: true },
      },
      services: { payment: inProduction, order: inProduction, notification: inProduction },
    },
  },
});
