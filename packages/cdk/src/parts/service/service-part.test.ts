import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  build,
  environments,
  findingsOf,
  only,
  planOf,
  planOfService,
  resourcesOf,
  systems,
} from './testing.ts';

const authority =
  'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555';

/** What the reference systems do not use. */
const others = {
  'blue/green with rollback alarms': planOfService({
    alarms: { errors: 5, latency: 1 },
    deployment: { strategy: 'blue-green', rollbackOn: ['errors', 'latency'] },
  }),
  canary: planOfService({ deployment: 'canary' }),
  linear: planOfService({ deployment: 'linear' }),
  'metrics of 20 seconds': planOfService({
    scaling: { tasks: [2, 4], cpu: 60, memory: 70, resolution: '20 s' },
  }),
  'requests per target': planOfService({ scaling: { tasks: [2, 4], requests: 500 } }),
  'scheduled scaling': planOfService({
    scaling: {
      tasks: [2, 4],
      cpu: 60,
      schedule: [{ name: 'sale', at: 'cron(0 18 * * ? *)', tasks: [6, 12] }],
    },
  }),
  'X-Ray daemon': planOfService({ tracing: 'xray-daemon' }),
  'Service Connect with TLS': planOfService(
    { connect: true, deployment: 'blue-green' },
    { connect: { certificateAuthority: authority } },
  ),
  'domain and notified alarms': planOfService(
    {},
    { domain: 'shop.example.com', alarms: { notify: ['ops@example.com'] } },
  ),
} as const;

test.each(environments)('CDK and its validation find nothing about %s in %s', (system, env) => {
  const plan = planOf(systems[system], env);
  expect(findingsOf(build(plan, { validate: true, ...outdir(`${system}-${env}`) }))).toEqual([]);
});

test.each(Object.entries(others))('CDK and its validation find nothing about %s', (name, plan) => {
  expect(findingsOf(build(plan, { validate: true, ...outdir(name.replaceAll(/\W/g, '-')) }))).toEqual([]);
});

test('CDK and its validation find nothing in an app without its feature flags either', () => {
  const plan = planOf(systems.payments, 'prod');
  expect(findingsOf(build(plan, { validate: true, flags: {}, ...outdir('without-flags') }))).toEqual([]);
});

/** Where the templates are kept for other linters to read, if anywhere: a folder in TEMPLATES. */
function outdir(name: string): { readonly outdir?: string } {
  const folder = process.env['TEMPLATES'];
  return folder === undefined ? {} : { outdir: join(folder, name) };
}

test.each(environments)(
  '%s in %s has one of each resource per service and no policy beside the roles',
  (system, env) => {
    const plan = planOf(systems[system], env);
    const { template } = build(plan);
    for (const [key, service] of Object.entries(plan.services)) {
      const stack = template(`service/${key}`);
      const rules = plan.loadBalancer?.listeners.flatMap((listener) =>
        listener.rules.filter(({ action }) => action.kind === 'forward' && action.service === key),
      );
      stack.resourceCountIs('AWS::Logs::LogGroup', 1);
      stack.resourceCountIs('AWS::ECS::TaskDefinition', 1);
      stack.resourceCountIs('AWS::ECS::Service', 1);
      stack.resourceCountIs('AWS::IAM::Role', service.infrastructureRole === null ? 2 : 3);
      stack.resourceCountIs('AWS::IAM::Policy', 0);
      stack.resourceCountIs('AWS::EC2::SecurityGroup', 0);
      stack.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', rules?.length ?? 0);
      stack.resourceCountIs(
        'AWS::ElasticLoadBalancingV2::TargetGroup',
        service.ingress?.targetGroups.length ?? 0,
      );
      stack.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', service.scaling === null ? 0 : 1);
      stack.resourceCountIs(
        'AWS::CloudWatch::Alarm',
        Object.values(plan.alarms).filter((alarm) => alarm.service === key).length,
      );
    }
  },
);

test('log groups are encrypted with the customer key and go with their environment', () => {
  const plan = planOf(systems.payments);
  const group = only(build(plan).template('service/order'), 'AWS::Logs::LogGroup');
  expect(group.Properties).toMatchObject({
    LogGroupName: '/ecs/order-logs-dev',
    RetentionInDays: 7,
    KmsKeyId: { 'Fn::GetStackOutput': { StackName: 'payments-dev-foundation' } },
  });
  expect(group.DeletionPolicy).toBe('Delete');
  const kept = only(build(planOf(systems.payments, 'prod')).template('service/order'), 'AWS::Logs::LogGroup');
  expect(kept.DeletionPolicy).toBe('Retain');
});

test('everything that takes tags has those of the service, the tasks too', () => {
  const plan = planOf(systems.payments);
  const { template } = build(plan);
  const tags = [
    { Key: 'CostCenter', Value: 'fintech' },
    { Key: 'Environment', Value: 'dev' },
    { Key: 'ManagedBy', Value: 'Breakwater' },
    { Key: 'Project', Value: 'payments' },
    { Key: 'Service', Value: 'order' },
    { Key: 'Team', Value: 'payments' },
  ];
  for (const type of [
    'AWS::Logs::LogGroup',
    'AWS::IAM::Role',
    'AWS::ECS::TaskDefinition',
    'AWS::ECS::Service',
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::ElasticLoadBalancingV2::ListenerRule',
    'AWS::CloudWatch::Alarm',
  ])
    for (const { Properties } of Object.values(resourcesOf(template('service/order'), type)))
      expect(Properties).toMatchObject({ Tags: tags });
  expect(only(template('service/order'), 'AWS::ECS::Service').Properties).toMatchObject({
    PropagateTags: 'SERVICE',
    EnableECSManagedTags: true,
  });
});

test('a transform changes what a construct is created with', () => {
  const { template, parts } = build(planOfService({}), {
    transform: {
      service: (props, key) => ({ ...props, serviceName: `${key}-other` }),
      role: (props, key) => (key === 'api/task' ? { ...props, description: 'What the API may do' } : props),
    },
  });
  expect(only(template('service/api'), 'AWS::ECS::Service').Properties).toMatchObject({
    ServiceName: 'api-other',
  });
  const described = Object.values(resourcesOf(template('service/api'), 'AWS::IAM::Role')).map(
    ({ Properties }) => Properties['Description'],
  );
  expect(described.filter((text) => text !== undefined)).toEqual(['What the API may do']);
  expect(parts['api']?.targetGroups.blue?.targetGroupName).toBeDefined();
});

test('logical ids do not change when a service, a route or a policy is added', () => {
  const before = planOfService({});
  const after = planOfService({
    routes: ['/admin/*', '/*'],
    scaling: { tasks: [2, 6], cpu: 60, memory: 70 },
    tracing: true,
  });
  const ids = (plan: typeof before) =>
    Object.entries(
      build(plan).template('service/api').toJSON()['Resources'] as Record<string, { Type: string }>,
    ).map(([id, { Type }]) => `${Type} ${id}`);
  expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
});

test('a plan that names what is not there is refused by name', () => {
  const plan = planOfService({});
  const { 'service/api': _, ...logGroups } = plan.logGroups;
  expect(() => build({ ...plan, logGroups })).toThrow(/log group 'service\/api'/);
});
