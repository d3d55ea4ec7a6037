// A system that uses what the reference systems leave out, so that the judges see those templates too.
import {
  auroraPostgres,
  bucket,
  defineSystem,
  existingSecret,
  generatedSecret,
  postgres,
  table,
} from 'breakwater';

/** The rotation of the master user, all strategies, HTTPS, a mesh with TLS, customer keys everywhere, endpoints instead of NAT. */
export default defineSystem({
  name: 'every-option',
  region: 'eu-west-1',
  defaults: '2026-11',
  domain: 'shop.example.com',
  network: { zones: 2, nat: 'single', endpoints: true, flowLogs: true },
  loadBalancer: { accessLogs: true },
  cluster: { insights: 'enhanced' },
  logs: { retention: '90 days', customerKey: true },
  connect: {
    namespace: '{env}.local',
    certificateAuthority:
      'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11112222-3333-4444-5555-666677778888',
  },
  alarms: { notify: ['ops@example.com', 'https://example.com/alarms'] },
  stores: {
    orders: auroraPostgres({
      capacity: '0.5-2 ACU',
      readers: 1,
      customerKey: true,
      iamAuthentication: true,
      credentials: generatedSecret({ username: 'dbadmin', rotate: '30 days' }),
    }),
    reports: postgres({
      multiAz: true,
      customerKey: true,
      credentials: existingSecret('reports', ['username', 'password']),
    }),
    carts: table({
      partitionKey: 'id',
      ttl: 'expiry',
      customerKey: true,
      pointInTimeRecovery: true,
      indexes: { 'by-user': { partitionKey: 'user', sortKey: { name: 'at', type: 'number' } } },
    }),
    files: bucket({ versioned: true, customerKey: true, expire: '365 days' }),
  },
  services: {
    web: {
      image: './web',
      routes: ['/*'],
      size: '2 vCPU, 4 GB',
      scaling: {
        tasks: [2, 10],
        cpu: 60,
        resolution: '20 s',
        schedule: [{ name: 'day', at: 'cron(0 8 * * ? *)', timezone: 'Europe/Dublin', tasks: [4, 10] }],
      },
      deployment: {
        strategy: 'canary',
        canary: { percent: 5, bake: '5 min' },
        bake: '10 min',
        rollbackOn: ['errors', 'latency'],
      },
      alarms: { errors: 10, latency: 1, memory: 85, unhealthyHosts: 0 },
      tracing: 'otel',
      sticky: '5 min',
      uses: ['orders', 'carts', 'files'],
      calls: ['worker'],
    },
    worker: {
      image: './worker',
      port: 8080,
      tracing: 'xray-daemon',
      deployment: 'linear',
      readonlyRoot: true,
      architecture: 'ARM64',
      uses: { reports: true, files: { access: 'read' } },
    },
    admin: {
      image: './admin',
      routes: ['/admin/*'],
      deployment: 'blue-green',
      scaling: { tasks: [2, 4], memory: 70 },
    },
  },
  environments: { prod: { protect: true, network: { nat: 'per-zone' } } },
});
