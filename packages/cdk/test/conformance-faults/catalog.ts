import { type Fault, fault, find, property, put, remove } from './fault.ts';
import {
  ALARM,
  AURORA,
  BALANCER,
  CLUSTER,
  CONTAINER,
  GROUP,
  INGRESS,
  INSTANCE,
  LISTENER,
  P,
  POLICY,
  REPOSITORY,
  ROUTE,
  RULE,
  SCALING,
  SERVICE,
  SUBNET,
  TASK,
  TRACKING,
  without,
} from './types.ts';

/** Faults that rows of catalog must notice. */
export const catalogFaults: readonly Fault[] = [
  property('catalog/region', 'a zone less', 'catalog', SUBNET, `${P}.AvailabilityZone`, 'ap-southeast-2d', {
    id: 'publica',
  }),
  fault('catalog/network', 'a private subnet that leads straight to the internet', 'catalog', (stacks) => {
    const route = find(stacks, ROUTE, 'privatea');
    put(route, `${P}.NatGatewayId`, undefined);
    put(route, `${P}.GatewayId`, { Ref: 'InternetGateway' });
  }),
  property('catalog/network', 'a /20', 'catalog', SUBNET, `${P}.CidrBlock`, '10.0.32.0/20', {
    id: 'isolateda',
  }),
  fault('catalog/network', 'one NAT gateway less', 'catalog', (stacks) => {
    const { Properties: other } = find(stacks, ROUTE, 'privatea');
    const { Properties: own } = find(stacks, ROUTE, 'privateb');
    // Both are routes to NAT gateways.
    (own as Record<string, unknown>)['NatGatewayId'] = (other as Record<string, unknown>)['NatGatewayId'];
    remove(stacks, 'AWS::EC2::NatGateway', 'natb');
  }),
  property(
    'catalog/network',
    'tasks with public addresses',
    'catalog',
    SERVICE,
    `${P}.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp`,
    'ENABLED',
  ),
  property(
    'catalog/network',
    'a database open to the VPC',
    'catalog',
    INGRESS,
    `${P}.SourceSecurityGroupId`,
    undefined,
    { id: 'databaseproducts' },
  ),
  property(
    'catalog/cluster',
    'no Container Insights',
    'catalog',
    CLUSTER,
    `${P}.ClusterSettings.0.Value`,
    'disabled',
  ),
  property(
    'catalog/cluster',
    'no Spot',
    'catalog',
    'AWS::ECS::ClusterCapacityProviderAssociations',
    `${P}.CapacityProviders`,
    ['FARGATE'],
  ),
  property('catalog/service', 'half the memory', 'catalog', TASK, `${P}.Memory`, '512'),
  property('catalog/service', 'a minimum of 1', 'catalog', SCALING, `${P}.MinCapacity`, 1),
  property(
    'catalog/service',
    'weights the wrong way round',
    'catalog',
    SERVICE,
    `${P}.CapacityProviderStrategy`,
    [
      { CapacityProvider: 'FARGATE', Weight: 70, Base: 1 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 30, Base: 0 },
    ],
  ),
  property('catalog/service', 'no exec', 'catalog', SERVICE, `${P}.EnableExecuteCommand`, false),
  property('catalog/routing', 'an internal load balancer', 'catalog', BALANCER, `${P}.Scheme`, 'internal'),
  property('catalog/routing', 'a path less', 'catalog', RULE, `${P}.Conditions.0.PathPatternConfig.Values`, [
    '/api/*',
  ]),
  property(
    'catalog/routing',
    'an answer of 200 to everything',
    'catalog',
    LISTENER,
    `${P}.DefaultActions.0.FixedResponseConfig.StatusCode`,
    '200',
  ),
  property('catalog/health-check', 'unhealthy after 2', 'catalog', GROUP, `${P}.UnhealthyThresholdCount`, 2, {
    id: 'green',
  }),
  property('catalog/scaling', 'a target of 90 %', 'catalog', POLICY, `${TRACKING}.TargetValue`, 90),
  property('catalog/registry', 'all images kept', 'catalog', REPOSITORY, `${P}.LifecyclePolicy`, undefined),
  property(
    'catalog/database',
    'up to 4 ACU',
    'catalog',
    AURORA,
    `${P}.ServerlessV2ScalingConfiguration.MaxCapacity`,
    4,
  ),
  property(
    'catalog/database',
    'a reader that does not scale with the writer',
    'catalog',
    INSTANCE,
    `${P}.PromotionTier`,
    2,
    { id: 'reader' },
  ),
  property('catalog/database', 'backups for a day', 'catalog', AURORA, `${P}.BackupRetentionPeriod`, 1),
  property(
    'catalog/secrets',
    'another field for the password',
    'catalog',
    TASK,
    `${CONTAINER}.Secrets.[Name=DB_PASSWORD]`,
    undefined,
  ),
  property(
    'catalog/tracing',
    'a collector that is not pinned',
    'catalog',
    TASK,
    `${P}.ContainerDefinitions.1.Image`,
    'public.ecr.aws/aws-observability/aws-otel-collector:latest',
  ),
  property(
    'catalog/tracing',
    'a daemon that nobody reaches',
    'catalog',
    TASK,
    `${P}.ContainerDefinitions.1.PortMappings`,
    [],
    { variant: 'xray-daemon' },
  ),
  property('catalog/alarms', 'CPU above 90 %', 'catalog', ALARM, `${P}.Threshold`, 90, { id: 'cpu' }),
  property(
    'catalog/alarms',
    'running tasks in a namespace where they do not exist',
    'catalog',
    ALARM,
    `${P}.Namespace`,
    'AWS/ECS',
    { id: 'running' },
  ),
  property('catalog/alarms', 'an alarm that tells nobody', 'catalog', ALARM, `${P}.AlarmActions`, [], {
    variant: 'subscribers',
  }),
  property(
    'catalog/alarms',
    'an alarm that acts though nobody subscribed',
    'catalog',
    ALARM,
    `${P}.AlarmActions`,
    ['arn:aws:sns:ap-southeast-2:123456789012:other'],
  ),
  fault('catalog/dashboard', 'no healthy hosts', 'catalog', without('HealthyHostCount')),
  fault('catalog/deployments', 'one target group', 'catalog', (stacks) => {
    put(find(stacks, RULE), `${P}.Actions.0.ForwardConfig`, undefined);
    remove(stacks, GROUP, 'green');
  }),
];
