import { auroraPostgres, bucket, defineSystem, type Plan, resolve, table } from '@breakwater/plan';
import { describe, expect, it } from 'vitest';
import { type LocalFacts, serviceEnvironment } from './service-environment.ts';

function planOf(): Plan {
  const { plan, diagnostics } = resolve(
    defineSystem({
      name: 'shop',
      region: 'eu-south-1',
      stores: {
        products: auroraPostgres({ database: 'productdb' }),
        orders: table({ partitionKey: 'id' }),
        images: bucket(),
      },
      services: {
        web: {
          image: '.',
          routes: ['/*'],
          uses: ['products', 'orders', 'images'],
          environment: { MODE: 'plain' },
          tracing: 'otel',
        },
        jobs: { image: '.', calls: ['web'] },
      },
    }),
    { env: 'dev' },
  );
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

const plan = planOf();
const facts: LocalFacts = {
  plan,
  databases: {
    products: {
      host: '127.0.0.1',
      port: 5_433,
      name: 'productdb',
      username: 'master',
      password: 'p@ss/word',
      sslMode: null,
      caFile: null,
    },
  },
  secrets: {},
  url: 'http://127.0.0.1:8080',
  callAddress: (from, to) =>
    from === 'jobs' && to === 'web'
      ? { url: 'http://127.0.0.1:4001', host: '127.0.0.1', port: 4_001 }
      : undefined,
  otlpEndpoint: 'http://127.0.0.1:4318',
  xrayAddress: '127.0.0.1:2000',
};
const environmentOf = (key: string, given: Partial<LocalFacts> = {}) => {
  const service = plan.services[key];
  if (service === undefined) throw new Error(`no service ${key}`);
  return serviceEnvironment(service, { ...facts, ...given });
};

describe("a service's environment", () => {
  it('has a value for every variable of the plan', () => {
    const web = environmentOf('web');
    const { environment = {}, secrets = {} } = plan.services['web'] ?? {};
    for (const name of [...Object.keys(environment), ...Object.keys(secrets)]) {
      expect(web[name], name).not.toBe('');
      expect(web[name], name).toBeDefined();
    }
    expect(web['MODE']).toBe('plain');
  });

  it('takes credentials from the database, not from the local secrets', () => {
    const values = Object.values(environmentOf('web'));
    expect(values).toContain('p@ss/word');
    expect(values).toContain('productdb');
    expect(values).toContain('5433');
  });

  it('says how to encrypt where the database asks for it, and only then', () => {
    const { products } = facts.databases;
    if (products === undefined) throw new Error('no database');
    const tls = { ...products, sslMode: 'verify-full', caFile: '/certificates/ca.pem' };
    expect(environmentOf('web', { databases: { products: tls } })).toMatchObject({
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/certificates/ca.pem',
    });
    expect(environmentOf('web')).not.toHaveProperty('PGSSLMODE');
  });

  it('sends telemetry to the engine', () => {
    expect(environmentOf('web')).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_SERVICE_NAME: 'web',
      AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    });
    expect(environmentOf('jobs')['OTEL_EXPORTER_OTLP_ENDPOINT']).toBeUndefined();
  });

  it('has the address of each service that it calls, and of no other', () => {
    expect(environmentOf('jobs')['WEB_URL']).toBe('http://127.0.0.1:4001');
    const service = plan.services['jobs'];
    if (service === undefined) throw new Error('no service');
    const reference = { kind: 'service', service: 'web' } as const;
    const references = {
      HOST_OF_WEB: { ...reference, field: 'host' },
      PORT_OF_WEB: { ...reference, field: 'port' },
      NAME_OF_WEB: { ...reference, field: 'name' },
    } as const;
    expect(serviceEnvironment({ ...service, environment: references }, facts)).toMatchObject({
      HOST_OF_WEB: '127.0.0.1',
      PORT_OF_WEB: '4001',
      NAME_OF_WEB: plan.services['web']?.name,
    });
    const stranger = serviceEnvironment({ ...service, key: 'other', environment: references }, facts);
    expect(stranger).toMatchObject({ HOST_OF_WEB: '', PORT_OF_WEB: '' });
  });

  it('lowers each kind of reference', () => {
    const service = plan.services['web'];
    if (service === undefined) throw new Error('no service');
    const environment = serviceEnvironment(
      {
        ...service,
        environment: {
          TABLE: { kind: 'table', table: 'orders', field: 'arn' },
          BUCKET: { kind: 'bucket', bucket: 'images', field: 'arn' },
          BALANCER: { kind: 'load-balancer', field: 'dns-name' },
          CLUSTER: { kind: 'cluster', field: 'arn' },
          WHOLE: { kind: 'secret', secret: plan.databases['products']?.secret ?? '', key: null },
          URL: { kind: 'secret', secret: plan.databases['products']?.secret ?? '', key: 'url' },
        },
        secrets: {},
      },
      facts,
    );
    expect(environment['TABLE']).toBe(
      `arn:aws:dynamodb:eu-south-1:123456789012:table/${plan.tables['orders']?.name}`,
    );
    expect(environment['BUCKET']).toBe(`arn:aws:s3:::${plan.buckets['images']?.name}`);
    expect(environment['BALANCER']).toBe('127.0.0.1:8080');
    expect(environment['CLUSTER']).toContain(`cluster/${plan.cluster.name}`);
    expect(JSON.parse(environment['WHOLE'] ?? '')).toMatchObject({
      username: 'master',
      password: 'p@ss/word',
    });
    expect(new URL(environment['URL'] ?? '').password).toBe(encodeURIComponent('p@ss/word'));
  });
});
