import { defineSystem, existingSecret, postgres, table } from 'breakwater';

/** The web shop that must not lose a checkout when everyone comes at once. */
export default defineSystem({
  name: 'storefront',
  region: 'us-east-2',
  defaults: '2026-11',
  naming: '{type}-{env}-{purpose}',
  network: {
    cidr: '10.0.0.0/16',
    zones: ['us-east-2a', 'us-east-2b'],
    nat: 'single',
    subnets: {
      public: ['10.0.1.0/24', '10.0.2.0/24'],
      private: ['10.0.3.0/24', '10.0.4.0/24'],
      isolated: false,
    },
  },
  stores: {
    shop: postgres({
      database: 'storefront',
      instance: 'db.t3.micro',
      backups: '5 days',
      credentials: existingSecret('storefront/{env}/database', ['username', 'password', 'url']),
    }),
    'user-sessions': table({ name: 'user-sessions-{env}', partitionKey: 'id', ttl: 'expiry' }),
  },
  services: {
    webapp: {
      image: { build: './service', tag: 'latest' },
      process: { build: ['node', 'build.mjs'], command: ['node', 'dist/main.js'], watch: ['src'] },
      port: 5000,
      size: { cpu: 512, memory: 1024 },
      routes: ['/api/*', '/health'],
      health: { path: '/health', interval: '30 s' },
      scaling: { tasks: [2, 10], cpu: 70, cooldown: '300 s' },
      capacity: 'on-demand',
      registry: { name: 'webapp-{env}', scanOnPush: true, keep: 5 },
      logs: '7 days',
      uses: { shop: true, 'user-sessions': { prefix: 'SESSIONS' } },
    },
  },
});
