import { expect, test } from 'vitest';
import { build, environments, only, planOf, planOfService, resourcesOf, systems } from './testing.ts';

const SERVICE = 'AWS::ECS::Service';
const serviceOf = (service: object, system: object = {}) =>
  only(build(planOfService(service, system)).template('service/api'), SERVICE);

test.each(environments)('services of %s in %s run where and as the plan says', (system, env) => {
  const plan = planOf(systems[system], env);
  const { template } = build(plan);
  for (const [key, planned] of Object.entries(plan.services)) {
    const { Properties, DependsOn = [] } = only(template(`service/${key}`), SERVICE);
    expect(Properties).toMatchObject({
      ServiceName: planned.name,
      CapacityProviderStrategy: planned.capacity.map(({ provider, weight, base }) => ({
        CapacityProvider: provider,
        Weight: weight,
        Base: base,
      })),
      DeploymentConfiguration: {
        MinimumHealthyPercent: planned.deployment.minimumHealthyPercent,
        MaximumPercent: planned.deployment.maximumPercent,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      AvailabilityZoneRebalancing: 'ENABLED',
      EnableExecuteCommand: planned.executeCommand,
      HealthCheckGracePeriodSeconds: planned.ingress?.health.gracePeriodSeconds,
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
    expect(Properties).not.toHaveProperty('LaunchType');
    const network = JSON.stringify(Properties['NetworkConfiguration']);
    const zones = plan.network.subnets.filter(({ tier }) => tier === planned.subnetTier);
    expect(network.match(/SubnetPrivate/g)).toHaveLength(zones.length);
    expect(network.match(/SecurityGroupService/g)).toHaveLength(1);
    // Tasks may reach what they need before the first one starts.
    const rules = Object.keys(resourcesOf(template(`service/${key}`), 'AWS::EC2::SecurityGroupIngress'));
    expect(DependsOn).toEqual(expect.arrayContaining(rules));
  }
});

test('the template leaves the count of tasks to scaling, and says it where there is none', () => {
  expect(serviceOf({ scaling: { tasks: [2, 4] } }).Properties).not.toHaveProperty('DesiredCount');
  expect(serviceOf({ scaling: { tasks: 3 } }).Properties).toMatchObject({ DesiredCount: 3 });
});

test('each strategy is the one of ECS, with its steps and times', () => {
  const configuration = (deployment: unknown) =>
    serviceOf({ deployment }).Properties['DeploymentConfiguration'];
  expect(configuration('rolling')).toMatchObject({ Strategy: 'ROLLING' });
  expect(configuration({ strategy: 'blue-green', bake: '7 min' })).toMatchObject({
    Strategy: 'BLUE_GREEN',
    BakeTimeInMinutes: 7,
  });
  expect(
    configuration({ strategy: 'canary', bake: '7 min', canary: { percent: 12.5, bake: '3 min' } }),
  ).toMatchObject({
    Strategy: 'CANARY',
    BakeTimeInMinutes: 7,
    CanaryConfiguration: { CanaryPercent: 12.5, CanaryBakeTimeInMinutes: 3 },
  });
  expect(
    configuration({ strategy: 'linear', bake: '7 min', linear: { percent: 20, bake: '2 min' } }),
  ).toMatchObject({
    Strategy: 'LINEAR',
    BakeTimeInMinutes: 7,
    LinearConfiguration: { StepPercent: 20, StepBakeTimeInMinutes: 2 },
  });
});

test.each(['blue-green', 'canary', 'linear'])(
  '%s names the other target group, a rule and the role of the plan',
  (deployment) => {
    const { template } = build(planOfService({ deployment }));
    const stack = template('service/api');
    const [rule] = Object.keys(resourcesOf(stack, 'AWS::ElasticLoadBalancingV2::ListenerRule'));
    const [role] =
      Object.entries(resourcesOf(stack, 'AWS::IAM::Role')).find(([id]) => id.includes('Infrastructure')) ??
      [];
    expect(only(stack, SERVICE).Properties['LoadBalancers']).toEqual([
      {
        ContainerName: 'api',
        ContainerPort: 8080,
        TargetGroupArn: { Ref: expect.stringContaining('Blue') },
        AdvancedConfiguration: {
          AlternateTargetGroupArn: { Ref: expect.stringContaining('Green') },
          ProductionListenerRule: { Ref: rule },
          RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
        },
      },
    ]);
  },
);

test('a rolling service waits for the rule that leads to its target group', () => {
  const { template } = build(planOfService({}));
  const rules = Object.keys(
    resourcesOf(template('service/api'), 'AWS::ElasticLoadBalancingV2::ListenerRule'),
  );
  expect(only(template('service/api'), SERVICE).DependsOn).toEqual(expect.arrayContaining(rules));
});

test('rollback alarms are named in the deployment and there before it', () => {
  const { template } = build(
    planOfService({
      alarms: { errors: 5, latency: 1 },
      deployment: { strategy: 'rolling', rollbackOn: ['errors', 'latency'] },
    }),
  );
  const stack = template('service/api');
  const { Properties, DependsOn } = only(stack, SERVICE);
  expect(Properties['DeploymentConfiguration']).toMatchObject({
    Alarms: { AlarmNames: ['api-errors-alarm-dev', 'api-latency-alarm-dev'], Enable: true, Rollback: true },
  });
  const watched = Object.entries(resourcesOf(stack, 'AWS::CloudWatch::Alarm')).filter(([, alarm]) =>
    String(alarm.Properties['AlarmName']).match(/errors|latency/),
  );
  expect(watched).toHaveLength(2);
  expect(DependsOn).toEqual(expect.arrayContaining(watched.map(([id]) => id)));
});

test('without rollback alarms, breaker or rebalancing the template says so', () => {
  const { Properties } = serviceOf({
    deployment: {
      strategy: 'rolling',
      circuitBreaker: false,
      zoneRebalancing: false,
      minimumHealthy: 50,
      maximum: 150,
    },
  });
  expect(Properties).toMatchObject({
    AvailabilityZoneRebalancing: 'DISABLED',
    DeploymentConfiguration: {
      DeploymentCircuitBreaker: { Enable: false, Rollback: false },
      MinimumHealthyPercent: 50,
      MaximumPercent: 150,
    },
  });
  expect(Properties['DeploymentConfiguration']).not.toHaveProperty('Alarms');
});

test('Service Connect: a name, a port and timeouts for those that are called, the namespace for all', () => {
  const { template } = build(planOf(systems.payments));
  const namespace = {
    'Fn::GetStackOutput': expect.objectContaining({ StackName: 'payments-dev-foundation' }),
  };
  expect(only(template('service/payment'), SERVICE).Properties['ServiceConnectConfiguration']).toEqual({
    Enabled: true,
    Namespace: namespace,
    Services: [
      {
        PortName: 'payment',
        DiscoveryName: 'payment',
        ClientAliases: [{ DnsName: 'payment.dev.local', Port: 8080 }],
        Timeout: { IdleTimeoutSeconds: 300, PerRequestTimeoutSeconds: 15 },
      },
    ],
  });
  expect(only(template('service/order'), SERVICE).Properties['ServiceConnectConfiguration']).toEqual({
    Enabled: true,
    Namespace: namespace,
  });
  expect(serviceOf({}).Properties).not.toHaveProperty('ServiceConnectConfiguration');
});

test('a request may be given no time limit, for streams', () => {
  const { Properties } = serviceOf({ connect: { timeout: '0 s' } });
  expect(Properties['ServiceConnectConfiguration']).toMatchObject({
    Services: [{ Timeout: { PerRequestTimeoutSeconds: 0 } }],
  });
});

test('Service Connect with a certificate authority encrypts, by the role of the plan', () => {
  const authority =
    'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555';
  const { Properties } = serviceOf({ connect: true }, { connect: { certificateAuthority: authority } });
  expect(Properties['ServiceConnectConfiguration']).toMatchObject({
    Services: [
      {
        Tls: {
          IssuerCertificateAuthority: { AwsPcaAuthorityArn: authority },
          RoleArn: { 'Fn::GetAtt': [expect.stringContaining('InfrastructureRole'), 'Arn'] },
        },
      },
    ],
  });
});
