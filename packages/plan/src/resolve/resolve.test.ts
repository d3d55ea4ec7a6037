import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS, type DiagnosticCode } from '../diagnostics/catalogue.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { resolve } from './index.ts';

const hello = {
  name: 'hello',
  region: 'eu-south-1',
  services: { web: { image: './web', routes: ['/*'] } },
} as const;

/** The same system with other options of its only service. */
const withService = (options: object, rest: object = {}) => ({
  ...hello,
  ...rest,
  services: { web: { ...hello.services.web, ...options } },
});

/** Codes and paths of what is found. */
const findings = (definition: unknown, env = 'dev') =>
  resolve(definition, { env }).diagnostics.map(({ code, path }) => `${code} ${path}`);

test('the smallest definition resolves without a finding', () => {
  const { plan, diagnostics } = resolve(hello, { env: 'dev' });
  expect(diagnostics).toEqual([]);
  expect(plan?.services['web']).toMatchObject({ name: 'web-service-dev', desiredCount: 2, port: 8080 });
});

test('ten different mistakes come at once, each with its path and what would be right', () => {
  const { plan, diagnostics } = resolve(
    {
      name: 'Hello World',
      region: 'eu-suth-1',
      nework: { zones: 3 },
      network: { zones: 9 },
      stores: { products: { kind: 'aurora-postgres', capacity: '4-2 ACU' } },
      services: {
        web: {
          image: './web',
          port: '5000',
          size: { cpu: 256, memory: 8192 },
          health: { interval: '30' },
          scaling: { tasks: [5, 2] },
          uses: ['prodcts'],
        },
      },
      environments: { prod: { services: { web: { stopTimeout: '10 min' } } } },
    },
    { env: 'dev' },
  );
  expect(plan).toBe(null);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'BW1006 environments.prod.services.web.stopTimeout',
    'BW1006 name',
    'BW1004 network.zones',
    'BW1001 nework',
    'BW1005 region',
    'BW1006 services.web.health.interval',
    'BW1002 services.web.port',
    'BW1302 services.web.scaling.tasks',
    'BW1301 services.web.size.cpu',
    'BW1102 services.web.uses.0',
    'BW1502 stores.products.capacity',
  ]);
  const fixOf = (path: string) => errors.find((each) => each.path === path)?.fix;
  expect(fixOf('nework')).toMatch(/^Did you mean 'network'\?/);
  expect(fixOf('region')).toMatch(/^Did you mean 'eu-south-1'\?/);
  expect(fixOf('services.web.health.interval')).toBe("Write, for example, '30 s'.");
  expect(fixOf('services.web.scaling.tasks')).toBe('Swap them: [2, 5].');
  expect(fixOf('services.web.size.cpu')).toContain('With 256 CPU units Fargate offers 0.5 GB, 1 GB, 2 GB.');
  expect(fixOf('services.web.uses.0')).toMatch(/^Did you mean 'products'\?/);
  expect(formatDiagnostics(diagnostics)).toMatch(/11 errors/);
});

describe('findings of single mistakes', () => {
  const cases: readonly (readonly [DiagnosticCode, string, unknown])[] = [
    ['BW1001', 'services.web.scailing', withService({ scailing: {} })],
    ['BW1002', 'services.web.routes', withService({ routes: '/api/*' })],
    ['BW1003', 'services.web.image', { ...hello, services: { web: {} } }],
    ['BW1004', 'services.web.port', withService({ port: 70_000 })],
    ['BW1005', 'services.web.architecture', withService({ architecture: 'arm' })],
    ['BW1006', 'services.web.stopTimeout', withService({ stopTimeout: '1 s' })],
    ['BW1007', 'services.web.environment', withService({ environment: new Map() })],
    ['BW1008', 'environments.prod.name', { ...hello, environments: { prod: { name: 'other' } } }],
    ['BW1101', 'environments.Prod', { ...hello, environments: { Prod: {} } }],
    ['BW1102', 'services.web.uses.db', withService({ uses: { db: true } })],
    ['BW1103', 'services.web.calls.0', withService({ calls: ['mail'] })],
    ['BW1103', 'services.web.calls.0', withService({ calls: ['web'] })],
    [
      'BW1104',
      'services.web.logs.name',
      {
        ...hello,
        services: {
          api: { image: './a', logs: { name: '/x-{env}' } },
          web: { image: './w', logs: { name: '/x-{env}' } },
        },
      },
    ],
    ['BW1105', 'loadBalancer.name', { ...hello, loadBalancer: { name: 'internal-{env}' } }],
    ['BW1106', 'cluster.name', { ...hello, cluster: { name: 'main' } }],
    ['BW1107', 'naming', { ...hello, naming: '{typ}-{purpose}-{env}' }],
    ['BW1108', 'tags["aws:x"]', { ...hello, tags: { 'aws:x': '1' } }],
    ['BW1110', 'services', { ...hello, services: {} }],
    [
      'BW1201',
      'network.subnets.private.0',
      { ...hello, network: { subnets: { private: ['10.1.0.0/24', '10.0.9.0/24'] } } },
    ],
    [
      'BW1202',
      'network.subnets.private.1',
      { ...hello, network: { subnets: { private: ['10.0.8.0/23', '10.0.9.0/24'] } } },
    ],
    ['BW1203', 'network.cidr', { ...hello, network: { cidr: '10.0.0.0/25', subnetBits: 26 } }],
    ['BW1204', 'network.subnetBits', { ...hello, network: { subnetBits: 28 } }],
    ['BW1205', 'network.zones.1', { ...hello, network: { zones: ['eu-south-1a', 'us-east-1a'] } }],
    ['BW1206', 'network.zones', { ...hello, network: { zones: 1 } }],
    ['BW1207', 'network.subnets.public', { ...hello, network: { subnets: { public: ['10.0.1.0/24'] } } }],
    ['BW1208', 'network.subnets.public', { ...hello, network: { subnets: { public: false }, nat: 'none' } }],
    ['BW1209', 'network.nat', { ...hello, network: { nat: 'none', endpoints: ['s3'] } }],
    [
      'BW1210',
      'services.web.image',
      withService({ image: 'nginx:1.29' }, { network: { nat: 'none', endpoints: true } }),
    ],
    ['BW1301', 'services.web.size', withService({ size: '0.25 vCPU, 4 GB' })],
    ['BW1302', 'services.web.scaling.tasks', withService({ scaling: { tasks: [10, 2] } })],
    ['BW1303', 'services.web.scaling.desired', withService({ scaling: { tasks: [2, 4], desired: 5 } })],
    [
      'BW1304',
      'services.web.deployment.minimumHealthy',
      withService({ deployment: { minimumHealthy: 75, maximum: 100, zoneRebalancing: false } }),
    ],
    [
      'BW1304',
      'services.web.deployment.maximum',
      withService({ deployment: { maximum: 125 }, scaling: { tasks: 3 } }),
    ],
    [
      'BW1305',
      'services.web.deployment.zoneRebalancing',
      withService({ deployment: { minimumHealthy: 50, maximum: 100, zoneRebalancing: true } }),
    ],
    ['BW1306', 'services.web.health.timeout', withService({ health: { interval: '10 s', timeout: '10 s' } })],
    ['BW1307', 'services.web.capacity', withService({ capacity: 'spot' })],
    [
      'BW1308',
      'services.web.scaling.requests',
      withService({ scaling: { requests: 100 }, deployment: 'blue-green' }),
    ],
    ['BW1309', 'services.web.capacity', withService({ capacity: { spot: 0, onDemand: 0 } })],
    ['BW1310', 'services.web.scaling.memory', withService({ scaling: { memory: 70 } })],
    ['BW1311', 'services.web.stopTimeout', withService({ drain: '120 s' })],
    ['BW1312', 'services.web.readonlyRoot', withService({ readonlyRoot: true, exec: true })],
    [
      'BW1313',
      'services.web.scaling.requests',
      { ...hello, services: { web: { image: './web', scaling: { requests: 100 } } } },
    ],
    [
      'BW1314',
      'services.web.environment.DB_HOST',
      withService(
        { environment: { DB_HOST: 'x' }, uses: ['db'] },
        { stores: { db: { kind: 'aurora-postgres' } } },
      ),
    ],
    ['BW1315', 'services.web.environment.API_KEY', withService({ environment: { API_KEY: 'x' } })],
    [
      'BW1316',
      'services.web.alarms.runningTasks',
      withService({ alarms: { runningTasks: 1 } }, { cluster: { insights: 'disabled' } }),
    ],
    ['BW1318', 'services.web.tracing', withService({ tracing: 'xray-daemon' })],
    [
      'BW1319',
      'services.web.alarms.cpu.datapoints',
      withService({ alarms: { cpu: { periods: 2, datapoints: 3 } } }),
    ],
    ['BW1320', 'services.web.deployment.rollbackOn', withService({ deployment: { rollbackOn: ['errors'] } })],
    ['BW1321', 'services.web.scaling.desired', withService({ scaling: { tasks: [2, 6], desired: 3 } })],
    [
      'BW1405',
      'services.web.routes',
      withService({ deployment: 'canary', routes: ['/a', '/b', '/c', '/d'] }),
    ],
    [
      'BW1401',
      'services.web.routes.0',
      {
        ...hello,
        services: { api: { image: './a', routes: ['/*'] }, web: { image: './w', routes: ['/*'] } },
      },
    ],
    [
      'BW1402',
      'services.web.routes.0',
      {
        ...hello,
        services: { api: { image: './a', routes: ['/*'] }, web: { image: './w', routes: ['/**'] } },
      },
    ],
    ['BW1403', 'services.web.routes.0', withService({ routes: ['/api/*'] })],
    [
      'BW1501',
      'stores.s.name',
      { ...hello, stores: { s: { kind: 'existing-secret', name: 'app-db-abc123' } } },
    ],
    [
      'BW1502',
      'stores.db.capacity',
      { ...hello, stores: { db: { kind: 'aurora-postgres', capacity: '0-0.5 ACU' } } },
    ],
    [
      'BW1503',
      'stores.db.credentials.fields',
      {
        ...hello,
        stores: {
          db: {
            kind: 'postgres',
            credentials: { kind: 'existing-secret', name: 'x/y', fields: ['username'] },
          },
        },
      },
    ],
    [
      'BW1504',
      'stores.db.credentials.rotate',
      withService(
        { uses: ['db'] },
        {
          stores: { db: { kind: 'postgres', credentials: { kind: 'generated-secret', rotate: '30 days' } } },
        },
      ),
    ],
    ['BW1505', 'stores.db', { ...hello, stores: { db: { kind: 'bucket' } } }],
    [
      'BW1406',
      'loadBalancer.certificate',
      {
        ...hello,
        loadBalancer: { certificate: 'arn:aws:acm:ca-central-1:123456789012:certificate/0a1b2c3d' },
      },
    ],
    [
      'BW1506',
      'stores.db.capacity',
      { ...hello, stores: { db: { kind: 'aurora-postgres', capacity: 'db.t3.micro' } } },
    ],
    [
      'BW1507',
      'stores.db.credentials.username',
      {
        ...hello,
        stores: { db: { kind: 'postgres', credentials: { kind: 'generated-secret', username: 'admin' } } },
      },
    ],
    [
      'BW1508',
      'stores.db.capacity',
      { ...hello, stores: { db: { kind: 'aurora-postgres', capacity: '0-2 ACU' } } },
    ],
    ['BW1509', 'services.web.port', withService({ port: 4318, tracing: 'otel' })],
  ];

  test.each(cases)('%s at %s', (code, path, definition) => {
    const env = path.startsWith('environments.') ? 'prod' : 'dev';
    expect(findings(definition, env)).toContain(`${code} ${path}`);
  });

  test('every code of the catalogue is reported by one of them', () => {
    // Options of `resolve`, sizes of tasks and counts of rules are tested below.
    const elsewhere: readonly string[] = ['BW1109', 'BW1317', 'BW1404'];
    const covered = new Set<string>([...cases.map(([code]) => code), ...elsewhere]);
    // What a target cannot do (16…, 17…) and what the account lacks (18…): the targets say it, and test it.
    const ofTargets = /^BW1[678]/;
    expect(Object.keys(DIAGNOSTICS).filter((code) => !covered.has(code) && !ofTargets.test(code))).toEqual(
      [],
    );
  });

  test('BW1109: an account has twelve digits', () => {
    const { plan, diagnostics } = resolve(hello, { env: 'dev', account: '123' });
    expect(plan).toBe(null);
    expect(diagnostics.map(({ code }) => code)).toEqual(['BW1109']);
    expect(resolve(hello, { env: 'dev', account: '123456789012' }).plan?.account).toBe('123456789012');
  });

  test('BW1404: a load balancer holds 100 rules', () => {
    const services = Object.fromEntries(
      Array.from({ length: 101 }, (_, index) => [`s${index}`, { image: './s', routes: [`/s${index}/x`] }]),
    );
    expect(findings({ ...hello, services })).toContain('BW1404 services');
  });
});

describe('environments', () => {
  const definition = {
    ...withService({ scaling: { tasks: [2, 4], cpu: 70 } }),
    environments: {
      prod: { protect: true, domain: 'shop.example.com', services: { web: { scaling: { tasks: [4, 20] } } } },
    },
  };

  test('overrides reach deep and leave the rest', () => {
    const scaling = resolve(definition, { env: 'prod' }).plan?.services['web']?.scaling;
    expect(scaling).toMatchObject({ minimum: 4, maximum: 20, policies: [{ target: 70 }] });
    expect(resolve(definition, { env: 'dev' }).plan?.services['web']?.scaling).toMatchObject({
      minimum: 2,
      maximum: 4,
    });
  });

  test('an origin names the environment that wrote the value', () => {
    const origins = resolve(definition, { env: 'prod' }).plan?.origins ?? {};
    expect(origins['services.web.scaling.maximum']).toMatchObject({
      kind: 'given',
      from: 'environments.prod.services.web.scaling.tasks.1',
    });
    expect(origins['services.web.scaling.policies.0.target']).toMatchObject({
      kind: 'given',
      from: 'services.web.scaling.cpu',
    });
  });

  test('mistakes of other environments are found as well', () => {
    const wrong = { ...hello, environments: { prod: { services: { web: { port: 0 } } } } };
    expect(findings(wrong)).toEqual(['BW1004 environments.prod.services.web.port']);
  });

  test('a slip in `environments` is recognised', () => {
    const { diagnostics } = resolve({ ...hello, enviroments: {} }, { env: 'dev' });
    expect(diagnostics[0]?.fix).toMatch(/^Did you mean 'environments'\?/);
  });

  test('a Region can be asked for', () => {
    expect(resolve(hello, { env: 'dev', region: 'us-east-1' }).plan?.network.zones).toEqual([
      'us-east-1a',
      'us-east-1b',
    ]);
  });
});

test('exotic input is a finding, never an exception', () => {
  const cyclic: Record<string, unknown> = { ...hello };
  cyclic['self'] = cyclic;
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  const getter = {
    ...hello,
    get network(): object {
      throw new Error('no');
    },
  };
  const inputs: readonly unknown[] = [
    null,
    undefined,
    7,
    'text',
    [],
    () => 1,
    Symbol('x'),
    10n,
    new Date(),
    cyclic,
    trap,
    { ...hello, services: trap },
    getter,
    JSON.parse('{"__proto__": {"name": "x"}}'),
  ];
  for (const input of inputs) {
    const { plan, diagnostics } = resolve(input, { env: 'dev' });
    expect(plan).toBe(null);
    expect(diagnostics.length).toBeGreaterThan(0);
  }
});
