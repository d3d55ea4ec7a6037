import { existingSecret } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { build, environments, only, planOf, planOfService, systems } from './testing.ts';

/** A container of a task definition, as far as the tests read it. */
interface Container {
  readonly Name: string;
  readonly Image: unknown;
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets?: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
}

function taskOf(plan: ReturnType<typeof planOf>, key: string, image: string | null = null) {
  const { Properties } = only(build(plan, { image }).template(`service/${key}`), 'AWS::ECS::TaskDefinition');
  // The template's own JSON, whose shape is this one.
  const containers = Properties['ContainerDefinitions'] as readonly Container[];
  const container = (name: string) => {
    const found = containers.find(({ Name }) => Name === name);
    if (found === undefined) throw new Error(`no container ${name}`);
    return found;
  };
  return { properties: Properties, containers, container };
}

const environmentOf = ({ Environment = [] }: Container) =>
  Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));

test.each(environments)(
  'tasks of %s in %s have the size, the settings and the secrets of the plan',
  (system, env) => {
    const plan = planOf(systems[system], env);
    for (const [key, service] of Object.entries(plan.services)) {
      const { properties, container } = taskOf(plan, key);
      expect(properties).toMatchObject({
        Family: service.taskFamily,
        Cpu: String(service.cpuUnits),
        Memory: String(service.memoryMiB),
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        RuntimePlatform: { CpuArchitecture: service.architecture, OperatingSystemFamily: 'LINUX' },
      });
      const own = container(service.containerName);
      expect(own).toMatchObject({
        Essential: true,
        StopTimeout: service.stopTimeoutSeconds,
        LinuxParameters: { InitProcessEnabled: true },
        PortMappings: [{ ContainerPort: service.port, Protocol: 'tcp' }],
        LogConfiguration: {
          LogDriver: 'awslogs',
          Options: { 'awslogs-stream-prefix': service.logs.streamPrefix, 'awslogs-region': plan.region },
        },
      });
      expect(Object.keys(environmentOf(own))).toEqual(Object.keys(service.environment));
      for (const [name, value] of Object.entries(service.environment))
        if (value.kind === 'literal') expect(environmentOf(own)[name]).toBe(value.value);
      expect((own.Secrets ?? []).map(({ Name }) => Name)).toEqual(Object.keys(service.secrets));
    }
  },
);

test('a generated secret is injected by its ARN and JSON key, never as a value', () => {
  const { container } = taskOf(planOf(systems.catalog), 'catalog');
  const password = container('catalog').Secrets?.find(({ Name }) => Name === 'DB_PASSWORD');
  expect(password?.ValueFrom).toEqual({
    'Fn::Join': [
      '',
      [{ 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'catalog-dev-data' }) }, ':password::'],
    ],
  });
  expect(Object.keys(environmentOf(container('catalog')))).not.toContain('DB_PASSWORD');
});

test('an existing secret is referenced by its name, and read through the ARN that Secrets Manager gives it', () => {
  const plan = planOfService(
    { uses: ['keys'] },
    { stores: { keys: existingSecret('web/{env}/keys', ['token']) } },
  );
  const { container } = taskOf(plan, 'api');
  expect(JSON.stringify(container('api').Secrets)).toContain(':secret:web/dev/keys:token::');
  const roles = JSON.stringify(build(plan).template('service/api').findResources('AWS::IAM::Role'));
  expect(roles).toContain(':secret:web/dev/keys-??????');
});

test('references in the environment become expressions of the stack that has the resource', () => {
  const { container } = taskOf(planOf(systems.payments), 'order');
  expect(environmentOf(container('order'))).toMatchObject({
    ORDERS_TABLE: { 'Fn::GetStackOutput': { StackName: 'payments-dev-data' } },
    PAYMENT_URL: 'http://payment.dev.local:8080',
  });
});

test('the image is the one given by digest, or the tag in its repository, or the public one', () => {
  const digest = `1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:${'a'.repeat(64)}`;
  expect(taskOf(planOfService({}), 'api', digest).container('api').Image).toBe(digest);
  expect(taskOf(planOfService({}), 'api').container('api').Image).toEqual({
    'Fn::Join': [
      '',
      [{ 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'web-dev-registries' }) }, ':latest'],
    ],
  });
  expect(taskOf(planOfService({ image: 'nginx:1.29' }), 'api').container('api').Image).toBe('nginx:1.29');
});

test('storage, architecture, command and a read-only root are as the definition says', () => {
  const { properties, container } = taskOf(
    planOfService({
      storage: '40 GB',
      architecture: 'ARM64',
      command: ['node', 'main.js'],
      readonlyRoot: true,
    }),
    'api',
  );
  expect(properties).toMatchObject({
    EphemeralStorage: { SizeInGiB: 40 },
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
  });
  expect(container('api')).toMatchObject({ Command: ['node', 'main.js'], ReadonlyRootFilesystem: true });
  expect(taskOf(planOfService({}), 'api').properties).not.toHaveProperty('EphemeralStorage');
});

test('the collector takes OTLP on loopback, sheds load before its memory is gone, and sends to X-Ray', () => {
  const { container } = taskOf(planOf(systems.catalog), 'catalog');
  const sidecar = container('otel-collector');
  expect(sidecar).toMatchObject({
    Image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
    Essential: false,
    Cpu: 64,
    Memory: 128,
    HealthCheck: { Command: ['CMD', '/healthcheck'], Interval: 5, Timeout: 3, Retries: 2 },
    LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-stream-prefix': 'task-catalog-dev' } },
  });
  const config = JSON.parse(String(environmentOf(sidecar)['AOT_CONFIG_CONTENT']));
  expect(config.receivers.otlp.protocols).toEqual({
    grpc: { endpoint: '127.0.0.1:4317' },
    http: { endpoint: '127.0.0.1:4318' },
  });
  expect(config.exporters).toEqual({ awsxray: { region: 'ap-southeast-2' } });
  // The first processor is the one that may refuse.
  expect(config.service.pipelines.traces).toEqual({
    receivers: ['otlp'],
    processors: ['memory_limiter', 'batch'],
    exporters: ['awsxray'],
  });
  const { limit_mib: limit, spike_limit_mib: spike } = config.processors.memory_limiter;
  expect(limit).toBeLessThan(128);
  expect(spike).toBeLessThan(limit);
  // Everything that the service part turns on is configured.
  expect(Object.keys(config.extensions).sort()).toEqual([...config.service.extensions].sort());
  const endpoint = environmentOf(container('catalog'))['OTEL_EXPORTER_OTLP_ENDPOINT'];
  expect(endpoint).toBe('http://localhost:4318');
});

test('the X-Ray daemon listens on UDP 2000, where the service is told to send', () => {
  const { container } = taskOf(planOfService({ tracing: 'xray-daemon' }), 'api');
  expect(container('xray-daemon')).toMatchObject({
    Essential: false,
    PortMappings: [{ ContainerPort: 2000, Protocol: 'udp' }],
  });
  expect(container('xray-daemon').Environment).toBeUndefined();
  expect(environmentOf(container('api'))).toMatchObject({ AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000' });
});

test('a service that others call names its port and protocol, others do not', () => {
  const plan = planOf(systems.payments);
  expect(taskOf(plan, 'payment').container('payment')).toMatchObject({
    PortMappings: [{ ContainerPort: 8080, Name: 'payment', AppProtocol: 'http' }],
  });
  expect(JSON.stringify(taskOf(plan, 'order').container('order'))).not.toContain('AppProtocol');
});
