import { describe, expect, test } from 'vitest';
import {
  auroraPostgres,
  bucket,
  existingSecret,
  generatedSecret,
  postgres,
  table,
} from '../src/definition/stores.ts';
import type { MetricPlan } from '../src/plan/observability.ts';
import { resolve } from '../src/resolve/index.ts';
import { only, planOf } from './systems.ts';

const hello = { name: 'hello', region: 'eu-south-1' } as const;
const web = { image: './web', routes: ['/*'] } as const;
const withWeb = (options: object, rest: object = {}) =>
  planOf({ ...hello, ...rest, services: { web: { ...web, ...options } } });
const actionsOn = (plan: ReturnType<typeof planOf>, kind: string) =>
  only(plan.services)
    .taskRole.grants.filter(({ resource }) => resource.kind === kind)
    .flatMap(({ actions }) => actions);

describe('access to stores', () => {
  const stores = { items: table({ partitionKey: 'id' }), files: bucket() };

  test('read-only access grants no action that writes', () => {
    const plan = withWeb({ uses: { items: { access: 'read' }, files: { access: 'read' } } }, { stores });
    expect(actionsOn(plan, 'table')).toContain('dynamodb:GetItem');
    expect(actionsOn(plan, 'table')).not.toContain('dynamodb:PutItem');
    expect(actionsOn(plan, 'bucket-objects')).toEqual(['s3:GetObject']);
    expect(actionsOn(plan, 'bucket')).toEqual(['s3:ListBucket']);
  });

  test('write-only access grants no action that reads', () => {
    const plan = withWeb({ uses: { items: { access: 'write' }, files: { access: 'write' } } }, { stores });
    expect(actionsOn(plan, 'table')).not.toContain('dynamodb:GetItem');
    expect(actionsOn(plan, 'bucket-objects')).not.toContain('s3:GetObject');
    expect(actionsOn(plan, 'bucket')).toEqual([]);
  });

  test('a store with a key of its own is encrypted with it, and its users may use the key', () => {
    const plan = withWeb(
      { uses: { files: { access: 'read' } } },
      { stores: { files: bucket({ customerKey: true }) } },
    );
    expect(plan.buckets['files']).toMatchObject({ encryption: 'KMS', encryptionKey: 'store/files' });
    expect(plan.keys['store/files']).toMatchObject({ rotation: true });
    expect(actionsOn(plan, 'key')).toEqual(['kms:Decrypt']);
  });

  test('a store switched off in `uses` is not used', () => {
    const plan = withWeb({ uses: { files: false, items: true } }, { stores });
    expect(only(plan.services).uses).toEqual(['items']);
    expect(only(plan.services).environment).toHaveProperty('ITEMS_TABLE');
    expect(only(plan.services).environment).not.toHaveProperty('FILES_BUCKET');
  });

  test('the only database is DB; several are told apart by their keys; a prefix renames', () => {
    const databases = { main: auroraPostgres(), 'audit-log': postgres() };
    const both = only(withWeb({ uses: ['main', 'audit-log'] }, { stores: databases }).services);
    expect(Object.keys(both.secrets)).toEqual([
      'AUDIT_LOG_PASSWORD',
      'AUDIT_LOG_USERNAME',
      'MAIN_PASSWORD',
      'MAIN_USERNAME',
    ]);
    const renamed = only(withWeb({ uses: { main: { prefix: 'PG' } } }, { stores: databases }).services);
    expect(Object.keys(renamed.secrets)).toEqual(['PG_PASSWORD', 'PG_USERNAME']);
  });

  test('by default credentials come from a secret that exists; it is never created', () => {
    const plan = withWeb({ uses: ['main'] }, { stores: { main: postgres() } });
    expect(only(plan.secrets)).toEqual({
      key: 'database/main',
      kind: 'existing',
      name: 'main-credentials-dev',
      fields: ['username', 'password'],
    });
    expect(only(plan.services).environment['DB_HOST']).toEqual({
      kind: 'database',
      database: 'main',
      field: 'host',
    });
  });

  test('fields of other secrets are injected under their key', () => {
    const plan = withWeb({ uses: ['mail'] }, { stores: { mail: existingSecret('mail/{env}', ['apiKey']) } });
    expect(only(plan.services).secrets).toEqual({ MAIL_APIKEY: { secret: 'mail', key: 'apiKey' } });
    expect(only(plan.secrets).name).toBe('mail/dev');
    const grants = only(plan.services).executionRole.grants.filter(
      ({ resource }) => resource.kind === 'secret',
    );
    expect(grants.map(({ actions, resource }) => [actions, resource])).toEqual([
      [['secretsmanager:GetSecretValue'], { kind: 'secret', key: 'mail' }],
    ]);
  });

  test('a service that uses nothing may do nothing', () => {
    expect(only(withWeb({}, { stores: { secret: generatedSecret() } }).services).taskRole.grants).toEqual([]);
  });
});

describe('names', () => {
  test('two resources that the pattern would name alike are told apart', () => {
    const plan = planOf({
      ...hello,
      naming: '{type}-{purpose}-{env}',
      services: {
        x: { ...web, routes: ['/x'], deployment: 'blue-green' },
        'green-x': { image: './y', routes: ['/y'] },
      },
    });
    const names = Object.values(plan.services).flatMap(
      ({ ingress }) => ingress?.targetGroups.map(({ name }) => name) ?? [],
    );
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(3);
    expect(names).toContain('tg-x-dev');
  });

  test('a bucket has a name that other accounts will hardly have', () => {
    const name = (account: string) => {
      const { plan } = resolve(
        { ...hello, stores: { files: bucket() }, services: { web } },
        { env: 'dev', account },
      );
      return plan?.buckets['files']?.name;
    };
    expect(name('111111111111')).toMatch(/^files-[a-z2-7]{6}-bucket-dev$/);
    expect(name('111111111111')).not.toBe(name('222222222222'));
  });

  test('names without {env} are refused, those of existing secrets are not', () => {
    const codes = (definition: unknown) =>
      resolve(definition, { env: 'dev' })
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map(({ code }) => code);
    expect(codes({ ...hello, stores: { s: existingSecret('shared/secret') }, services: { web } })).toEqual(
      [],
    );
    expect(
      codes({ ...hello, stores: { s: generatedSecret({ name: 'shared/secret' }) }, services: { web } }),
    ).toEqual(['BW1106']);
  });
});

describe('services', () => {
  test('an image that exists needs no registry and no permission to pull from one', () => {
    const service = only(withWeb({ image: 'public.ecr.aws/nginx/nginx:1.29' }).services);
    expect(service.image).toEqual({ kind: 'image', reference: 'public.ecr.aws/nginx/nginx:1.29' });
    expect(service.registry).toBe(null);
    expect(service.executionRole.grants.flatMap(({ actions }) => actions)).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  test('how it runs as a process is what the author says, and otherwise found when it starts', () => {
    expect(only(withWeb({}).services).process).toEqual({
      directory: './web',
      build: null,
      command: null,
      watch: ['.'],
    });
    const process = {
      directory: './app',
      command: ['flask', 'run'],
      build: ['pip', 'install', '-r', 'requirements.txt'],
      watch: ['app.py'],
    };
    expect(only(withWeb({ process }).services).process).toEqual(process);
  });

  test('a fixed number of tasks has no autoscaling', () => {
    expect(only(withWeb({ scaling: { tasks: 3 } }).services)).toMatchObject({
      desiredCount: 3,
      scaling: null,
    });
  });

  test('metrics that are paid one by one are only there when asked for', () => {
    const plan = withWeb({});
    expect(plan.cluster.containerInsights).toBe('enabled');
    expect(only(plan.services).scaling?.policies.map(({ resolutionSeconds }) => resolutionSeconds)).toEqual([
      60,
    ]);
    for (const { metric } of Object.values(plan.alarms))
      expect(metric.periodSeconds).toBeGreaterThanOrEqual(60);
    expect(Object.keys(plan.alarms)).not.toEqual([]);
  });

  test('several targets and a schedule scale together', () => {
    const scaling = {
      tasks: [2, 10],
      cpu: 60,
      requests: 500,
      resolution: '20 s',
      onlyOut: true,
      schedule: [{ name: 'sale', at: 'cron(0 18 * * ? *)', timezone: 'Europe/Rome', tasks: [6, 20] }],
    };
    const planned = only(withWeb({ scaling }).services).scaling;
    expect(
      planned?.policies.map(({ metric, target, resolutionSeconds, disableScaleIn }) => [
        metric,
        target,
        resolutionSeconds,
        disableScaleIn,
      ]),
    ).toEqual([
      ['cpu', 60, 20, true],
      ['requests-per-target', 500, 20, true],
    ]);
    expect(planned?.scheduled).toEqual([
      {
        name: 'web-sale-schedule-dev',
        schedule: 'cron(0 18 * * ? *)',
        timezone: 'Europe/Rome',
        minimum: 6,
        maximum: 20,
      },
    ]);
  });

  test.each([
    ['blue-green', { kind: 'blue-green', bakeMinutes: 5 }],
    [
      { strategy: 'canary', canary: { percent: 10, bake: '3 min' }, bake: '7 min' },
      { kind: 'canary', percent: 10, canaryBakeMinutes: 3, bakeMinutes: 7 },
    ],
    ['linear', { kind: 'linear', stepPercent: 10, stepBakeMinutes: 6, bakeMinutes: 5 }],
  ])('the strategy %j has two target groups and the role that shifts traffic', (deployment, strategy) => {
    const service = only(withWeb({ deployment }).services);
    expect(service.deployment.strategy).toEqual(strategy);
    expect(service.ingress?.targetGroups).toHaveLength(2);
    expect(service.infrastructureRole?.policies).toEqual(['load-balancers']);
  });

  test('deployments roll back on named alarms', () => {
    const plan = withWeb({
      deployment: { rollbackOn: ['errors', 'latency'] },
      alarms: { errors: 5, latency: { threshold: 0.5, period: '5 min', periods: 3, datapoints: 2 } },
    });
    expect(only(plan.services).deployment.rollbackAlarms).toEqual(['web-errors', 'web-latency']);
    expect(plan.alarms['web-latency']).toMatchObject({
      threshold: 0.5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: 'notBreaching',
      metric: { statistic: 'p99', periodSeconds: 300 },
    });
  });

  test.each(['blue-green', 'canary', 'linear'] as const)(
    'with %s what is measured at the targets is watched and shown for both target groups',
    (strategy) => {
      const plan = withWeb({
        deployment: { strategy, rollbackOn: ['errors', 'latency', 'cpu'] },
        alarms: { errors: 5, latency: 2, unhealthyHosts: 1 },
      });
      expect(Object.keys(plan.alarms).sort()).toEqual([
        'web-cpu',
        'web-errors',
        'web-errors-green',
        'web-latency',
        'web-latency-green',
        'web-running-tasks',
        'web-unhealthy-hosts',
        'web-unhealthy-hosts-green',
      ]);
      expect(only(plan.services).deployment.rollbackAlarms).toEqual([
        'web-errors',
        'web-errors-green',
        'web-latency',
        'web-latency-green',
        'web-cpu',
      ]);
      const { name, description, metric, ...rest } = plan.alarms['web-errors'] ?? {};
      const green = plan.alarms['web-errors-green'];
      expect(green).toMatchObject({ ...rest, key: 'web-errors-green' });
      expect([name, green?.name]).toEqual(['web-errors-alarm-dev', 'web-errors-green-alarm-dev']);
      expect([description, green?.description]).toEqual([
        'More than 5 answers 5xx of web (blue) in a period',
        'More than 5 answers 5xx of web (green) in a period',
      ]);
      const groups = (metrics: readonly (MetricPlan | undefined)[]) =>
        metrics.map((each) => [each?.dimensions['TargetGroup'], each?.label]);
      const target = (targetGroup: string) => ({ kind: 'target-group', service: 'web', targetGroup });
      expect(groups([metric, green?.metric])).toEqual([
        [target('blue'), '5xx of web (blue)'],
        [target('green'), '5xx of web (green)'],
      ]);
      const hosts = plan.dashboard?.widgets.find(({ title }) => title === 'Healthy hosts');
      expect(groups(hosts?.left ?? [])).toEqual([
        [target('blue'), 'Healthy tasks of web (blue)'],
        [target('green'), 'Healthy tasks of web (green)'],
      ]);
    },
  );

  test('a missing rollback alarm is found once, not once for each target group', () => {
    const { diagnostics } = resolve(
      {
        ...hello,
        services: { web: { ...web, deployment: { strategy: 'blue-green', rollbackOn: ['errors'] } } },
      },
      { env: 'dev' },
    );
    expect(diagnostics.filter(({ code }) => code === 'BW1320')).toHaveLength(1);
  });

  test('a second target group that the rolling strategy leaves idle is not watched', () => {
    const plan = withWeb({ deployment: { targetGroups: 2, rollbackOn: ['errors'] }, alarms: { errors: 5 } });
    expect(only(plan.services).deployment.rollbackAlarms).toEqual(['web-errors']);
    expect(Object.keys(plan.alarms)).not.toContain('web-errors-green');
    expect(plan.dashboard?.widgets.find(({ title }) => title === 'Healthy hosts')?.left).toHaveLength(1);
  });

  test('an alarm that is switched off is not there', () => {
    expect(withWeb({ alarms: { cpu: false, runningTasks: false } }).alarms).toEqual({});
  });

  test('tasks connect to what the definition shows, unless anything is allowed', () => {
    const egress = (options: object) =>
      withWeb(options).network.securityGroups.find(({ key }) => key === 'service/web')?.egress;
    expect(egress({})).toMatchObject([{ protocol: 'tcp', fromPort: 443, toPort: 443 }]);
    expect(egress({ egress: 'all' })).toMatchObject([{ protocol: 'all' }]);
  });

  test('what only others call has no ingress, and they may reach its port', () => {
    const plan = planOf({
      ...hello,
      services: {
        web: { ...web, calls: ['mail'] },
        mail: { image: './mail', port: 7000, connect: { timeout: '0 s', protocol: 'grpc' } },
      },
    });
    expect(plan.services['mail']).toMatchObject({
      ingress: null,
      connect: { server: { port: 7000, appProtocol: 'grpc', perRequestTimeoutSeconds: 0 } },
    });
    const group = plan.network.securityGroups.find(({ key }) => key === 'service/mail');
    expect(group?.ingress).toMatchObject([
      { fromPort: 7000, peer: { kind: 'security-group', group: 'service/web' } },
    ]);
    expect(plan.services['web']?.connect?.server).toBe(null);
  });
});

describe('around the services', () => {
  test('without routes there is no load balancer', () => {
    const plan = planOf({ ...hello, services: { worker: { image: './worker' } } });
    expect(plan.loadBalancer).toBe(null);
    expect(plan.network.securityGroups.map(({ key }) => key)).toEqual(['service/worker']);
    expect(plan.outputs.map(({ key }) => key)).not.toContain('LoadBalancerDnsName');
  });

  test('an internal load balancer stands in private subnets and lets in its VPC only', () => {
    const plan = withWeb({}, { loadBalancer: { internal: true } });
    expect(plan.loadBalancer).toMatchObject({ scheme: 'internal', subnetTier: 'private' });
    expect(plan.network.securityGroups[0]?.ingress.map(({ peer }) => peer)).toEqual([
      { kind: 'cidr', cidr: '10.0.0.0/16' },
      { kind: 'cidr', cidr: '10.0.0.0/16' },
    ]);
  });

  test('a certificate alone makes HTTPS', () => {
    const certificate = 'arn:aws:acm:eu-south-1:123456789012:certificate/0a1b2c3d';
    const balancer = withWeb({}, { loadBalancer: { certificate } }).loadBalancer;
    expect(balancer?.listeners.map(({ protocol, tls }) => [protocol, tls?.certificateArn])).toEqual([
      ['HTTP', undefined],
      ['HTTPS', certificate],
    ]);
    expect(balancer?.domain).toBe(null);
  });

  test('access logs go into a bucket that the load balancer can write to', () => {
    const plan = withWeb(
      {},
      { loadBalancer: { accessLogs: { keep: '14 days' } }, logs: { customerKey: true } },
    );
    expect(plan.loadBalancer?.accessLogs).toEqual({ bucket: 'access-logs', prefix: 'alb' });
    expect(plan.buckets['access-logs']).toMatchObject({
      purpose: 'access-logs',
      encryption: 'AES256',
      encryptionKey: null,
      expireDays: 14,
    });
  });

  test('access logs are those of a load balancer: without routes there is no bucket for them', () => {
    const plan = withWeb({ routes: undefined }, { loadBalancer: { accessLogs: true } });
    expect(plan.loadBalancer).toBeNull();
    expect(plan.buckets).toEqual({});
    expect(plan.outputs.map(({ key }) => key)).not.toContain('AccessLogsBucketName');
  });

  test('flow logs have a log group', () => {
    const plan = withWeb({}, { network: { flowLogs: { retention: '30 days' } } });
    expect(plan.logGroups[plan.network.flowLogs ?? '']).toMatchObject({ retentionDays: 30 });
  });

  test('one zone more moves no other subnet', () => {
    const cidrs = (zones: number) =>
      withWeb({}, { network: { zones } }).network.subnets.map(({ key, cidr }) => `${key} ${cidr}`);
    expect(cidrs(3)).toEqual(expect.arrayContaining([...cidrs(2)]));
  });

  test('a cycle is named as one', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['again'] = cyclic;
    const { diagnostics } = resolve({ ...hello, services: { web }, tags: cyclic }, { env: 'dev' });
    expect(diagnostics).toMatchObject([
      { code: 'BW1007', path: 'tags.again', message: expect.stringContaining('cycle') },
    ]);
  });
});
