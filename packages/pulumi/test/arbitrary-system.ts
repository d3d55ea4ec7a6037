import fc from 'fast-check';

/** An option that is written as often as it is left to its default. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
/** The same, one time out of four. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(undefined), weight: 3 },
    { arbitrary, weight: 1 },
  );
const flag = maybe(fc.boolean());
const key = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:-[a-z0-9]{1,5})?$/);
const duration = (minimum: number, maximum: number) =>
  fc.integer({ min: minimum, max: maximum }).map((value) => `${value} s`);
const days = fc.constantFrom('1 day', '5 days', '7 days', '30 days');
const retention = fc.constantFrom('1 day', '7 days', '30 days');

/** Objects without the options that are left to their defaults. */
function options<T extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(fields: T) {
  return fc
    .record(fields)
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
}

const generated = options({
  kind: fc.constant('generated-secret'),
  username: sometimes(fc.constant('owner')),
  length: sometimes(fc.integer({ min: 16, max: 40 })),
  plain: flag,
  rotate: maybe(fc.constantFrom('30 days', '7 days')),
});

const existing = fc.constantFrom(
  { kind: 'existing-secret', name: 'own/{env}/credentials' },
  { kind: 'existing-secret', name: 'own/credentials', fields: ['username', 'password', 'url'] },
);

const ofDatabase = {
  database: sometimes(fc.constant('main')),
  port: sometimes(fc.constant(6000)),
  credentials: maybe(fc.oneof(generated, existing)),
  backups: maybe(fc.oneof(days, fc.constant({ keep: '5 days', window: '03:00-04:00' }))),
  requireTls: flag,
  iamAuthentication: flag,
  customerKey: flag,
  logs: maybe(fc.oneof(fc.boolean(), fc.constant({ retention: '30 days' }))),
  tags: sometimes(fc.constant({ Data: 'personal' })),
};

const attribute = (name: string) =>
  fc.constantFrom(name, { name, type: 'number' }, { name, type: 'binary' }, { name, type: 'string' });

const store = fc.oneof(
  options({
    kind: fc.constant('aurora-postgres'),
    capacity: maybe(fc.constantFrom('0.5-2 ACU', '1-8 ACU', 'db.t4g.medium', 'db.r6g.large')),
    readers: maybe(fc.integer({ min: 0, max: 2 })),
    ...ofDatabase,
  }),
  options({
    kind: fc.constant('postgres'),
    instance: maybe(fc.constantFrom('db.t3.micro', 'db.t4g.medium')),
    storage: maybe(fc.constantFrom('20 GB', '100 GB')),
    multiAz: flag,
    ...ofDatabase,
  }),
  options({
    kind: fc.constant('table'),
    partitionKey: attribute('id'),
    sortKey: maybe(attribute('at')),
    indexes: maybe(
      fc.constantFrom(
        { 'by-owner': { partitionKey: 'owner' } },
        {
          'by-owner': { partitionKey: 'owner', sortKey: { name: 'amount', type: 'number' } },
          'by-day': { partitionKey: 'day' },
        },
      ),
    ),
    ttl: maybe(fc.constant('expiry')),
    pointInTimeRecovery: flag,
    customerKey: flag,
    tags: sometimes(fc.constant({ Data: 'sessions' })),
  }),
  options({
    kind: fc.constant('bucket'),
    versioned: flag,
    expire: maybe(days),
    customerKey: flag,
  }),
  generated,
  existing,
);

const alarm = fc.oneof(
  fc.constant(false),
  fc.integer({ min: 1, max: 90 }),
  options({
    threshold: maybe(fc.integer({ min: 1, max: 90 })),
    periods: maybe(fc.integer({ min: 2, max: 5 })),
    datapoints: maybe(fc.integer({ min: 1, max: 2 })),
    period: maybe(fc.constantFrom('60 s', '300 s')),
    notify: flag,
  }),
);

const scaling = fc.oneof(
  options({ tasks: fc.integer({ min: 1, max: 4 }) }),
  options({
    tasks: maybe(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 20 }))),
    cpu: maybe(fc.integer({ min: 30, max: 80 })),
    memory: maybe(fc.integer({ min: 30, max: 80 })),
    cooldown: maybe(fc.oneof(duration(30, 300), fc.constant({ in: '300 s', out: '60 s' }))),
    onlyOut: flag,
    schedule: sometimes(
      fc.constant([
        { name: 'sale', at: 'cron(0 18 * * ? *)', timezone: 'Europe/Rome', tasks: [4, 20] },
        { name: 'night', at: 'cron(0 1 * * ? *)', tasks: [3, 4] },
      ]),
    ),
  }),
);

const capacity = fc.constantFrom<unknown>(
  'on-demand',
  'spot',
  { spot: 70, onDemand: { weight: 30, base: 1 } },
  { spot: { weight: 3, base: 0 }, onDemand: 1 },
);

const deployment = fc.oneof(
  fc.constantFrom('rolling', 'blue-green', 'canary', 'linear'),
  options({
    strategy: fc.constantFrom('rolling', 'blue-green', 'canary', 'linear'),
    bake: maybe(fc.constantFrom('0 min', '10 min')),
    canary: sometimes(fc.constant({ percent: 10, bake: '5 min' })),
    linear: sometimes(fc.constant({ percent: 20, bake: '3 min' })),
    minimumHealthy: sometimes(fc.constant(50)),
    maximum: sometimes(fc.constant(150)),
    circuitBreaker: maybe(fc.oneof(fc.boolean(), fc.constant({ rollback: false }))),
    rollbackOn: sometimes(fc.constant(['cpu'])),
    targetGroups: sometimes(fc.constant(2)),
    zoneRebalancing: flag,
  }),
);

const service = (own: string, stores: readonly string[], services: readonly string[]) =>
  options({
    image: fc.constantFrom<unknown>('./web', 'public.ecr.aws/nginx/nginx:1.29', {
      build: '../other',
      dockerfile: 'Containerfile',
      tag: 'v2',
    }),
    size: maybe(fc.constantFrom({ cpu: 512, memory: 1024 }, { cpu: 1024, memory: 2048 })),
    architecture: maybe(fc.constantFrom('X86_64', 'ARM64')),
    storage: sometimes(fc.constantFrom('21 GB', '40 GB')),
    port: maybe(fc.integer({ min: 1024, max: 1999 })),
    command: sometimes(fc.constant(['serve', '--fast'])),
    routes: maybe(fc.subarray([`/${own}`, `/${own}/*`, `/api/${own}/*`], { minLength: 1 })),
    health: maybe(
      fc.oneof(
        fc.constant('/ready'),
        options({
          interval: duration(10, 60),
          timeout: duration(2, 9),
          codes: sometimes(fc.constant('200-299')),
        }),
      ),
    ),
    drain: sometimes(duration(0, 60)),
    balancing: sometimes(fc.constant('least_outstanding_requests')),
    sticky: sometimes(duration(60, 3600)),
    scaling: maybe(scaling),
    capacity: maybe(capacity),
    deployment: maybe(deployment),
    stopTimeout: sometimes(duration(10, 100)),
    environment: maybe(fc.constant({ MODE: 'test', EMPTY: '' })),
    exec: flag,
    tracing: maybe(fc.constantFrom<unknown>(true, 'otel', 'xray-daemon', { collector: 'otel', sample: 0.2 })),
    logs: maybe(fc.oneof(retention, options({ prefix: fc.constant('mine'), retention }))),
    registry: sometimes(
      options({ keep: maybe(fc.integer({ min: 1, max: 20 })), scanOnPush: flag, mutableTags: flag }),
    ),
    alarms: maybe(
      options({
        cpu: maybe(alarm),
        memory: maybe(alarm),
        runningTasks: maybe(alarm),
        unhealthyHosts: maybe(alarm),
        errors: maybe(alarm),
        latency: maybe(alarm),
      }),
    ),
    connect: sometimes(
      options({
        protocol: maybe(fc.constantFrom('http', 'http2', 'grpc')),
        timeout: maybe(duration(1, 30)),
        idleTimeout: maybe(duration(60, 600)),
      }),
    ),
    egress: maybe(fc.constantFrom('needed', 'all')),
    tags: sometimes(fc.constant({ Team: own })),
    uses: stores.length > 0 ? maybe(fc.subarray([...stores])) : fc.constant(undefined),
    calls: maybe(fc.subarray(services.filter((other) => other !== own))),
    readonlyRoot: flag,
    requests: sometimes(fc.integer({ min: 100, max: 1000 })),
  }).map(({ readonlyRoot, requests, ...rest }) => ({
    ...rest,
    // A shell needs a file system that it can write to.
    ...(rest['exec'] === true || readonlyRoot === undefined ? {} : { readonlyRoot }),
    // Requests are counted where there are routes.
    ...(rest['routes'] === undefined || requests === undefined
      ? {}
      : { scaling: { tasks: [2, 9], requests } }),
  }));

const network = options({
  zones: maybe(fc.integer({ min: 2, max: 3 })),
  subnetBits: sometimes(fc.integer({ min: 24, max: 26 })),
  nat: maybe(fc.constantFrom('single', 'per-zone', 'none')),
  subnets: sometimes(options({ isolated: maybe(fc.boolean()), private: sometimes(fc.boolean()) })),
  endpoints: maybe(
    fc.oneof(fc.boolean(), fc.subarray(['s3', 'dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'])),
  ),
  flowLogs: maybe(fc.oneof(fc.boolean(), fc.constant({ retention: '30 days' }))),
});

const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/0a1b2c3d`;

/** Where clients come in: plain, with a domain, with a certificate, or only from inside. */
const entry = (region: string) =>
  fc.record({
    domain: sometimes(
      fc.constantFrom<unknown>(
        'shop.example.com',
        { name: 'shop.example.com', hostedZone: 'example.com' },
        { name: 'shop.example.com', certificate: certificate(region) },
      ),
    ),
    loadBalancer: maybe(
      options({
        internal: sometimes(fc.boolean()),
        port: sometimes(fc.constant(8080)),
        certificate: sometimes(fc.constant(certificate(region))),
        idleTimeout: sometimes(duration(30, 300)),
        otherwise: sometimes(fc.constant({ status: 503, body: '{}', contentType: 'application/json' })),
        accessLogs: maybe(fc.oneof(fc.boolean(), fc.constant({ keep: '7 days' }))),
        logs: sometimes(fc.constant('/lb/{env}')),
      }),
    ),
  });

/**
 * Systems of one to four services with any stores, strategies, scaling and ways in. Most are right; what `resolve` refuses is for the
 * property to leave out.
 */
export const anySystem: fc.Arbitrary<object> = fc
  .record({
    name: key,
    region: fc.constantFrom('eu-south-1', 'us-east-1', 'ap-southeast-2'),
    keys: fc.uniqueArray(key, { minLength: 1, maxLength: 4 }),
    storeKeys: fc.uniqueArray(key, { maxLength: 4 }),
  })
  .chain(({ name, region, keys, storeKeys }) =>
    options({
      name: fc.constant(name),
      region: fc.constant(region),
      defaults: fc.constant('2026-11'),
      naming: maybe(
        fc.constantFrom('{purpose}-{type}-{env}', '{type}-{env}-{purpose}', 'x-{type}-{purpose}-{env}'),
      ),
      network: maybe(network),
      cluster: sometimes(options({ insights: fc.constantFrom('enhanced', 'enabled', 'disabled') })),
      connect: sometimes(
        options({
          namespace: maybe(fc.constant('{env}.internal')),
          certificateAuthority: maybe(
            fc.constant(`arn:aws:acm-pca:${region}:123456789012:certificate-authority/0a1b2c3d`),
          ),
        }),
      ),
      entry: entry(region),
      logs: maybe(options({ retention: maybe(retention), customerKey: flag })),
      alarms: sometimes(fc.constant({ notify: ['ops@example.com', 'https://example.com/hook'] })),
      dashboard: sometimes(fc.boolean()),
      tags: sometimes(fc.constant({ CostCenter: '42' })),
      protect: sometimes(fc.boolean()),
      stores: fc.record(Object.fromEntries(storeKeys.map((each) => [each, store]))),
      services: fc.record(Object.fromEntries(keys.map((each) => [each, service(each, storeKeys, keys)]))),
    }).map(({ entry: given, ...rest }) => {
      // `options` keeps what it is given, and `entry` is a record.
      const { domain, loadBalancer } = given as { domain?: unknown; loadBalancer?: unknown };
      return {
        ...rest,
        ...(domain === undefined ? {} : { domain }),
        ...(loadBalancer === undefined ? {} : { loadBalancer }),
      };
    }),
  );
