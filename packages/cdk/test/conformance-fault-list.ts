import { type Fault, fault, find, property, put, remove } from './conformance-faults.ts';

const SERVICE = 'AWS::ECS::Service';
const TASK = 'AWS::ECS::TaskDefinition';
const CLUSTER = 'AWS::ECS::Cluster';
const REPOSITORY = 'AWS::ECR::Repository';
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const AURORA = 'AWS::RDS::DBCluster';
const INSTANCE = 'AWS::RDS::DBInstance';
const PARAMETERS = 'AWS::RDS::DBClusterParameterGroup';
const ROLE = 'AWS::IAM::Role';
const SCALING = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const ALARM = 'AWS::CloudWatch::Alarm';
const BUCKET = 'AWS::S3::Bucket';
const TABLE = 'AWS::DynamoDB::GlobalTable';
const SECRET = 'AWS::SecretsManager::Secret';
const LOGS = 'AWS::Logs::LogGroup';
const SUBNET = 'AWS::EC2::Subnet';
const ROUTE = 'AWS::EC2::Route';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const KEY = 'AWS::KMS::Key';
const DASHBOARD = 'AWS::CloudWatch::Dashboard';

type Stacks = Parameters<Fault['change']>[0];

const P = 'Properties';
const CONTAINER = `${P}.ContainerDefinitions.0`;
const TRACKING = `${P}.TargetTrackingScalingPolicyConfiguration`;
/** The stack of that name alone. */
const of = (name: string, stacks: Stacks): Stacks =>
  stacks.filter(({ stackName }) => stackName.endsWith(name));
const statement = (index: number) => `${P}.Policies.0.PolicyDocument.Statement.${index}`;

/** Takes every widget that shows a metric off the dashboard. */
const without = (metric: string) => (stacks: Stacks) => {
  const dashboard = find(stacks, DASHBOARD);
  const text = JSON.stringify(dashboard).replaceAll(metric, 'SomethingElse');
  Object.assign(dashboard, JSON.parse(text));
};

export const FAULTS: readonly Fault[] = [
  // Common to all.
  property(
    'common/environments',
    'a bucket without the suffix',
    'payments',
    BUCKET,
    `${P}.BucketName`,
    'order-files',
    { variant: 'pr42', id: 'orderfiles' },
  ),
  property(
    'common/naming',
    'a service by another pattern',
    'catalog',
    SERVICE,
    `${P}.ServiceName`,
    'catalog-service-dev',
  ),
  property(
    'common/naming',
    'a target group with a name that is too long',
    'shop',
    GROUP,
    `${P}.Name`,
    'flask-api-target-group-of-tasks-pr42',
    { variant: 'pr42' },
  ),
  property('common/destroyable', 'a table that stays', 'storefront', TABLE, 'DeletionPolicy', 'Retain'),
  property(
    'common/destroyable',
    'a database that says nothing and so leaves a snapshot',
    'catalog',
    AURORA,
    'DeletionPolicy',
    undefined,
  ),
  property(
    'common/destroyable',
    'a load balancer that cannot be deleted',
    'shop',
    BALANCER,
    `${P}.LoadBalancerAttributes.[Key=deletion_protection.enabled].Value`,
    'true',
  ),
  property(
    'common/destroyable',
    'a repository that keeps its images',
    'catalog',
    REPOSITORY,
    `${P}.EmptyOnDelete`,
    false,
  ),
  fault('common/destroyable', 'a bucket that nobody empties', 'payments', (stacks) =>
    remove(stacks, 'Custom::S3AutoDeleteObjects'),
  ),
  property(
    'common/destroyable',
    'protect: a database that may be deleted',
    'catalog',
    AURORA,
    `${P}.DeletionProtection`,
    false,
    { variant: 'prod' },
  ),
  property(
    'common/destroyable',
    'protect: a bucket that goes',
    'payments',
    BUCKET,
    'DeletionPolicy',
    'Delete',
    { variant: 'prod' },
  ),
  property(
    'common/destroyable',
    'protect: a repository that is emptied',
    'shop',
    REPOSITORY,
    `${P}.EmptyOnDelete`,
    true,
    { variant: 'prod' },
  ),
  fault('common/outputs', 'no registry URI', 'storefront', (stacks) => {
    for (const { template } of stacks) put(template, 'Outputs.WebappRegistryUri', { Value: 'nowhere' });
  }),
  fault('common/outputs', 'the dashboard’s URL leads elsewhere', 'shop', (stacks) => {
    put(of('dashboard', stacks)[0]?.template, 'Outputs.DashboardUrl.Value', 'https://example.com');
  }),
  fault('common/outputs', 'a key that is no plain word', 'catalog', (stacks) => {
    put(stacks[0]?.template, 'Outputs.catalog-extra', { Value: 'x' });
  }),
  fault(
    'common/outputs',
    'a key with the environment in it',
    'payments',
    (stacks) => {
      for (const { stackName, template } of stacks)
        if (stackName.endsWith('foundation')) {
          put(template, 'Outputs.VpcIdPr42', { Value: 'x' });
          put(template, 'Outputs.VpcId', undefined);
        }
    },
    'pr42',
  ),
  property(
    'common/encryption',
    'a database in plain text',
    'catalog',
    AURORA,
    `${P}.StorageEncrypted`,
    false,
  ),
  property(
    'common/encryption',
    'a database that takes plain connections',
    'shop',
    PARAMETERS,
    `${P}.Parameters`,
    { 'rds.force_ssl': '0' },
  ),
  property(
    'common/encryption',
    'a bucket that says nothing about encryption',
    'payments',
    BUCKET,
    `${P}.BucketEncryption`,
    undefined,
  ),
  property(
    'common/encryption',
    'a bucket open to the public',
    'payments',
    BUCKET,
    `${P}.PublicAccessBlockConfiguration.BlockPublicPolicy`,
    false,
  ),
  property(
    'common/encryption',
    'a bucket that takes plain HTTP',
    'payments',
    'AWS::S3::BucketPolicy',
    `${P}.PolicyDocument.Statement.0.Effect`,
    'Allow',
  ),
  property(
    'common/encryption',
    'a repository with encryption that does not exist',
    'catalog',
    REPOSITORY,
    `${P}.EncryptionConfiguration`,
    { EncryptionType: 'NONE' },
  ),
  property(
    'common/encryption',
    'HTTPS with the policy of 2016',
    'catalog',
    LISTENER,
    `${P}.SslPolicy`,
    undefined,
    { variant: 'domain', id: 'https' },
  ),
  property(
    'common/encryption',
    'a certificate for nothing',
    'storefront',
    LISTENER,
    `${P}.Certificates`,
    [],
    { variant: 'certificate', id: 'https' },
  ),
  property(
    'common/least-privilege',
    'two services with one task role',
    'payments',
    TASK,
    `${P}.TaskRoleArn`,
    { Ref: 'ExecutionRole605A040B' },
  ),
  property(
    'common/least-privilege',
    'all actions of DynamoDB',
    'storefront',
    ROLE,
    `${statement(0)}.Action`,
    'dynamodb:*',
    { id: 'TaskRole' },
  ),
  property('common/least-privilege', 'all secrets', 'catalog', ROLE, `${statement(3)}.Resource`, '*', {
    id: 'ExecutionRole',
  }),
  property(
    'common/least-privilege',
    'all secrets that begin alike',
    'catalog',
    ROLE,
    `${statement(3)}.Resource`,
    'arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:cred*',
    { id: 'ExecutionRole' },
  ),
  property(
    'common/least-privilege',
    'the secret of another',
    'shop',
    ROLE,
    `${statement(3)}.Resource`,
    'arn:aws:secretsmanager:eu-south-1:123456789012:secret:other',
    { id: 'ExecutionRole' },
  ),
  property(
    'common/least-privilege',
    'a managed policy with full access',
    'payments',
    ROLE,
    `${P}.ManagedPolicyArns`,
    ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
    { id: 'TaskRole' },
  ),
  property(
    'common/least-privilege',
    'a trust policy for every account',
    'shop',
    ROLE,
    `${P}.AssumeRolePolicyDocument.Statement.0.Condition`,
    undefined,
    { id: 'ExecutionRole' },
  ),
  property(
    'common/least-privilege',
    'a helper that may do everything',
    'payments',
    ROLE,
    `${P}.Policies`,
    [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
    { id: 'emptybuckets' },
  ),
  property(
    'common/least-privilege',
    'traffic moved by anyone',
    'catalog',
    ROLE,
    `${P}.AssumeRolePolicyDocument.Statement.0.Principal`,
    { AWS: '*' },
    { variant: 'blue-green', id: 'InfrastructureRole' },
  ),
  property('common/secrets', 'a password as a plain setting', 'catalog', TASK, `${CONTAINER}.Environment.0`, {
    Name: 'DB_PASSWORD',
    Value: 'hunter2',
  }),
  property(
    'common/secrets',
    'a password in the template',
    'storefront',
    INSTANCE,
    `${P}.MasterUserPassword`,
    'hunter2',
  ),
  property(
    'common/secrets',
    'a user that the secret does not name',
    'catalog',
    AURORA,
    `${P}.MasterUsername`,
    'postgres',
  ),
  property(
    'common/secrets',
    'a whole secret in one variable',
    'shop',
    TASK,
    `${CONTAINER}.Secrets.0.ValueFrom`,
    'arn:aws:secretsmanager:eu-south-1:123456789012:secret:flask-api-credentials-dev',
  ),
  property(
    'common/secrets',
    'the value of a secret written out',
    'shop',
    SECRET,
    `${P}.SecretString`,
    'hunter2',
  ),
  property('common/health', 'targets by instance', 'catalog', GROUP, `${P}.TargetType`, undefined, {
    id: 'blue',
  }),
  property(
    'common/health',
    'a deregistration delay of 300 s',
    'payments',
    GROUP,
    `${P}.TargetGroupAttributes.[Key=deregistration_delay.timeout_seconds].Value`,
    '300',
  ),
  property(
    'common/health',
    'no time to start',
    'storefront',
    SERVICE,
    `${P}.HealthCheckGracePeriodSeconds`,
    0,
  ),
  property(
    'common/deployments',
    'no rollback',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.DeploymentCircuitBreaker.Rollback`,
    false,
  ),
  property(
    'common/deployments',
    'a desired count beside autoscaling',
    'shop',
    SERVICE,
    `${P}.DesiredCount`,
    2,
  ),
  property(
    'common/deployments',
    'blue/green without a second target group',
    'storefront',
    SERVICE,
    `${P}.LoadBalancers.0.AdvancedConfiguration`,
    undefined,
    { variant: 'blue-green' },
  ),
  property(
    'common/deployments',
    'a canary that is none',
    'catalog',
    SERVICE,
    `${P}.DeploymentConfiguration.CanaryConfiguration.CanaryPercent`,
    100,
    { variant: 'canary' },
  ),
  property(
    'common/deployments',
    'a linear deployment in one step',
    'shop',
    SERVICE,
    `${P}.DeploymentConfiguration.LinearConfiguration.StepPercent`,
    100,
    { variant: 'linear' },
  ),
  property(
    'common/deployments',
    'no alarm to go back on',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.Alarms.Enable`,
    false,
    { variant: 'blue-green' },
  ),
  property(
    'common/logs',
    'the log group of another',
    'payments',
    TASK,
    `${CONTAINER}.LogConfiguration.Options.awslogs-group`,
    '/ecs/order-logs-dev',
  ),
  property(
    'common/logs',
    'streams without the task family',
    'storefront',
    TASK,
    `${CONTAINER}.LogConfiguration.Options.awslogs-stream-prefix`,
    'ecs',
  ),
  property(
    'common/logs',
    'a sidecar that does not log',
    'catalog',
    TASK,
    `${P}.ContainerDefinitions.1.LogConfiguration`,
    undefined,
  ),
  property('common/logs', 'logs kept for ever', 'catalog', LOGS, `${P}.RetentionInDays`, undefined),
  property(
    'common/tags',
    'a VPC without Project',
    'shop',
    'AWS::EC2::VPC',
    `${P}.Tags.[Key=Project]`,
    undefined,
  ),
  property('common/tags', 'tasks without tags', 'catalog', SERVICE, `${P}.PropagateTags`, undefined),

  // catalog
  property('catalog/region', 'a zone less', 'catalog', SUBNET, `${P}.AvailabilityZone`, 'ap-southeast-2d', {
    id: 'publica',
  }),
  fault('catalog/network', 'a private subnet that leads straight to the internet', 'catalog', (stacks) => {
    const route = find(stacks, ROUTE, 'privatea');
    put(route, `${P}.NatGatewayId`, undefined);
    put(route, `${P}.GatewayId`, { Ref: 'internetgateway' });
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

  // shop
  property('shop/region', 'another zone', 'shop', SUBNET, `${P}.AvailabilityZone`, 'eu-south-1c'),
  property('shop/network', 'no DNS host names', 'shop', 'AWS::EC2::VPC', `${P}.EnableDnsHostnames`, false),
  property('shop/network', 'another block', 'shop', SUBNET, `${P}.CidrBlock`, '10.0.2.0/24', {
    id: 'publicb',
  }),
  property(
    'shop/network',
    'a NAT gateway without an address',
    'shop',
    'AWS::EC2::NatGateway',
    `${P}.AllocationId`,
    undefined,
  ),
  fault('shop/network', 'one route table for both private subnets', 'shop', (stacks) => {
    const type = 'AWS::EC2::SubnetRouteTableAssociation';
    const { Properties: other } = find(stacks, type, 'privatea');
    const { Properties: own } = find(stacks, type, 'privateb');
    // Both are associations.
    (own as Record<string, unknown>)['RouteTableId'] = (other as Record<string, unknown>)['RouteTableId'];
  }),
  property('shop/security-groups', 'tasks open on 8080', 'shop', INGRESS, `${P}.ToPort`, 8080, {
    id: 'serviceapi',
  }),
  property('shop/registry', 'tags for ever', 'shop', REPOSITORY, `${P}.ImageTagMutability`, 'IMMUTABLE'),
  property(
    'shop/registry',
    'no scan',
    'shop',
    REPOSITORY,
    `${P}.ImageScanningConfiguration.ScanOnPush`,
    false,
  ),
  property('shop/database', 'a larger class', 'shop', INSTANCE, `${P}.DBInstanceClass`, 'db.t3.large', {
    id: 'reader',
  }),
  property('shop/database', 'a final snapshot', 'shop', AURORA, 'DeletionPolicy', 'Snapshot'),
  property(
    'shop/database',
    'a secret without generation',
    'shop',
    SECRET,
    `${P}.GenerateSecretString`,
    undefined,
  ),
  property('shop/service', 'half a CPU', 'shop', TASK, `${P}.Cpu`, '512'),
  property('shop/service', 'one task to begin with', 'shop', SCALING, `${P}.MinCapacity`, 1),
  property('shop/load-balancer', 'a listener on 8080', 'shop', LISTENER, `${P}.Port`, 8080),
  fault(
    'shop/load-balancer',
    'no record',
    'shop',
    (stacks) => remove(stacks, 'AWS::Route53::RecordSet'),
    'domain',
  ),
  property('shop/load-balancer', 'another path', 'shop', GROUP, `${P}.HealthCheckPath`, '/'),
  property('shop/scaling', 'scale-in after 60 s', 'shop', POLICY, `${TRACKING}.ScaleInCooldown`, 60),
  property('shop/logs', 'another name', 'shop', LOGS, `${P}.LogGroupName`, '/ecs/api-dev', { id: 'service' }),
  property(
    'shop/logs',
    'a name without its environment',
    'shop',
    LOGS,
    `${P}.LogGroupName`,
    '/aws/alb/flask-api',
    { variant: 'pr42', id: 'loadbalancer' },
  ),
  property(
    'shop/names-and-tags',
    'a cluster by another pattern',
    'shop',
    CLUSTER,
    `${P}.ClusterName`,
    'cluster-flask-api-dev',
  ),
  property(
    'shop/names-and-tags',
    'managed by another',
    'shop',
    SERVICE,
    `${P}.Tags.[Key=ManagedBy].Value`,
    'Breakwater',
  ),
  fault('shop/outputs', 'the endpoint of nothing', 'shop', (stacks) => {
    put(of('data', stacks)[0]?.template, 'Outputs.ProductsDatabaseEndpoint.Value', 'localhost');
  }),

  // payments
  property('payments/region', 'another zone', 'payments', SUBNET, `${P}.AvailabilityZone`, 'us-east-1f'),
  property(
    'payments/network',
    'a private subnet without a way out',
    'payments',
    ROUTE,
    `${P}.DestinationCidrBlock`,
    '10.1.0.0/16',
    { id: 'privateb' },
  ),
  property('payments/network', 'a private /20', 'payments', SUBNET, `${P}.CidrBlock`, '10.0.16.0/20', {
    id: 'privatea',
  }),
  fault(
    'payments/network',
    'no endpoint for logs',
    'payments',
    (stacks) => remove(stacks, 'AWS::EC2::VPCEndpoint', 'logs'),
    'prod',
  ),
  fault('payments/network', 'a second NAT gateway', 'payments', (stacks) => {
    const { Properties: properties } = find(stacks, 'AWS::EC2::NatGateway');
    put(of('foundation', stacks)[0]?.template, 'Resources.second', {
      Type: 'AWS::EC2::NatGateway',
      Properties: properties,
    });
  }),
  property(
    'payments/network',
    'two NAT gateways in one zone',
    'payments',
    SUBNET,
    `${P}.AvailabilityZone`,
    'us-east-1a',
    { variant: 'prod', id: 'publicb' },
  ),
  property('payments/cluster', 'no insights', 'payments', CLUSTER, `${P}.ClusterSettings`, []),
  property(
    'payments/cluster',
    'another namespace',
    'payments',
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    `${P}.Name`,
    'local',
  ),
  property(
    'payments/cluster',
    'one namespace for all environments',
    'payments',
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    `${P}.Name`,
    'dev.local',
    { variant: 'pr42' },
  ),
  fault('payments/service-mesh', 'a port without its protocol', 'payments', (stacks) => {
    put(find(of('service-payment', stacks), TASK), `${CONTAINER}.PortMappings.0.AppProtocol`, undefined);
  }),
  fault('payments/service-mesh', 'order calls another host', 'payments', (stacks) => {
    put(
      find(of('service-order', stacks), TASK),
      `${CONTAINER}.Environment.[Name=PAYMENT_URL].Value`,
      'http://localhost:8080',
    );
  }),
  fault(
    'payments/service-mesh',
    'calls in plain text',
    'payments',
    (stacks) => {
      put(
        find(of('service-payment', stacks), SERVICE),
        `${P}.ServiceConnectConfiguration.Services.0.Tls`,
        undefined,
      );
    },
    'authority',
  ),
  property('payments/services', 'a service that is smaller', 'payments', TASK, `${P}.Cpu`, '512'),
  property(
    'payments/services',
    'on demand',
    'payments',
    SERVICE,
    `${P}.CapacityProviderStrategy.0.CapacityProvider`,
    'FARGATE',
  ),
  property('payments/services', 'at most 4', 'payments', SCALING, `${P}.MaxCapacity`, 4),
  fault('payments/services', 'two services that log to one group', 'payments', (stacks) => {
    put(
      find(of('service-payment', stacks), TASK),
      `${CONTAINER}.LogConfiguration.Options.awslogs-group`,
      '/ecs/order-logs-dev',
    );
  }),
  property(
    'payments/routing',
    'a path of another service',
    'payments',
    RULE,
    `${P}.Conditions.0.PathPatternConfig.Values`,
    ['/order/*'],
  ),
  property(
    'payments/routing',
    'an answer of 503',
    'payments',
    LISTENER,
    `${P}.DefaultActions.0.FixedResponseConfig.StatusCode`,
    '503',
  ),
  property(
    'payments/registry',
    'no scan',
    'payments',
    REPOSITORY,
    `${P}.ImageScanningConfiguration`,
    undefined,
  ),
  fault('payments/permissions', 'a service that touches the table of another', 'payments', (stacks) => {
    {
      const { Properties: properties } = find(of('service-order', stacks), ROLE, 'TaskRole');
      // CDK writes the policy inline.
      const { Policies } = properties as { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
      Policies[0]?.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/payment-ledger-table-dev',
      });
    }
  }),
  fault('payments/permissions', 'a service that reads a secret by itself', 'payments', (stacks) => {
    const { Properties: properties } = find(stacks, ROLE, 'TaskRole');
    // As above.
    const { Policies } = properties as { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
    Policies[0]?.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-credentials-secret-dev',
    });
  }),
  fault('payments/permissions', 'a service that is told of another’s table', 'payments', (stacks) => {
    put(
      find(of('service-order', stacks), TASK),
      `${CONTAINER}.Environment.[Name=ORDERS_TABLE].Value`,
      'orders',
    );
  }),
  property(
    'payments/permissions',
    'a table paid by capacity',
    'payments',
    TABLE,
    `${P}.BillingMode`,
    'PROVISIONED',
  ),
  property('payments/logs', 'a key without rotation', 'payments', KEY, `${P}.EnableKeyRotation`, false),
  property(
    'payments/logs',
    'a key for all log groups',
    'payments',
    KEY,
    `${P}.KeyPolicy.Statement.1.Condition`,
    { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:123456789012:*' } },
  ),
  property(
    'payments/secrets',
    'another user',
    'payments',
    SECRET,
    `${P}.GenerateSecretString.SecretStringTemplate`,
    '{"username":"postgres"}',
  ),
  property(
    'payments/secrets',
    'rotated every 90 days',
    'payments',
    'AWS::SecretsManager::RotationSchedule',
    `${P}.RotationRules.ScheduleExpression`,
    'rate(90 days)',
  ),
  property(
    'payments/deployments',
    'no circuit breaker',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.DeploymentCircuitBreaker`,
    undefined,
  ),
  property(
    'payments/deployments',
    'rolling in production',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.Strategy`,
    'ROLLING',
    { variant: 'prod' },
  ),
  fault('payments/dashboard', 'no memory', 'payments', without('MemoryUtilization')),
  fault('payments/dashboard', 'no 5xx', 'payments', without('HTTPCode_Target_5XX_Count')),
  fault(
    'payments/dashboard',
    'latency between services by a dimension that its metric lacks',
    'payments',
    without('TargetDiscoveryName'),
  ),
  property(
    'payments/tags',
    'a table of nobody',
    'payments',
    TABLE,
    `${P}.Replicas.0.Tags.[Key=Service]`,
    undefined,
  ),

  // storefront
  property('storefront/region', 'zone c', 'storefront', SUBNET, `${P}.AvailabilityZone`, 'us-east-2c'),
  property('storefront/network', 'another block', 'storefront', SUBNET, `${P}.CidrBlock`, '10.0.5.0/24'),
  property(
    'storefront/service',
    'another port',
    'storefront',
    TASK,
    `${CONTAINER}.PortMappings.0.ContainerPort`,
    8080,
  ),
  property('storefront/service', 'another image', 'storefront', TASK, `${CONTAINER}.Image`, 'nginx:latest'),
  property(
    'storefront/service',
    'Spot',
    'storefront',
    SERVICE,
    `${P}.CapacityProviderStrategy.0.CapacityProvider`,
    'FARGATE_SPOT',
  ),
  property(
    'storefront/routing-and-health',
    'a path more',
    'storefront',
    RULE,
    `${P}.Conditions.0.PathPatternConfig.Values`,
    ['/*'],
  ),
  property(
    'storefront/routing-and-health',
    'every 10 s',
    'storefront',
    GROUP,
    `${P}.HealthCheckIntervalSeconds`,
    10,
  ),
  property(
    'storefront/scaling',
    'scale-out after 60 s',
    'storefront',
    POLICY,
    `${TRACKING}.ScaleOutCooldown`,
    60,
  ),
  property(
    'storefront/database',
    'backups for 7 days',
    'storefront',
    INSTANCE,
    `${P}.BackupRetentionPeriod`,
    7,
  ),
  property(
    'storefront/database',
    'open to the public',
    'storefront',
    INSTANCE,
    `${P}.PubliclyAccessible`,
    true,
  ),
  property(
    'storefront/sessions',
    'TTL on another attribute',
    'storefront',
    TABLE,
    `${P}.TimeToLiveSpecification.AttributeName`,
    'ttl',
  ),
  property(
    'storefront/sessions',
    'TTL off',
    'storefront',
    TABLE,
    `${P}.TimeToLiveSpecification.Enabled`,
    false,
  ),
  property(
    'storefront/sessions',
    'a table that may only be read',
    'storefront',
    ROLE,
    `${statement(0)}.Action`,
    ['dynamodb:GetItem'],
    { id: 'TaskRole' },
  ),
  property(
    'storefront/registry',
    'keeps 10',
    'storefront',
    REPOSITORY,
    `${P}.LifecyclePolicy.LifecyclePolicyText`,
    '{"rules":[{"selection":{"countType":"imageCountMoreThan","countNumber":10}}]}',
  ),
  property('storefront/logs', 'kept for a year', 'storefront', LOGS, `${P}.RetentionInDays`, 365, {
    id: 'service',
  }),
  property(
    'storefront/security',
    'the database open to anyone',
    'storefront',
    INGRESS,
    `${P}`,
    {
      GroupId: {
        'Fn::GetStackOutput': {
          StackName: 'storefront-dev-foundation',
          OutputName: 'PublishOutputFnGetAttsecuritygroupsdatabaseshop8F959183GroupIdFF07F7D5',
        },
      },
      IpProtocol: 'tcp',
      FromPort: 5432,
      ToPort: 5432,
      CidrIp: '0.0.0.0/0',
    },
    { id: 'databaseshop' },
  ),
  property(
    'storefront/security',
    'another secret',
    'storefront',
    INSTANCE,
    `${P}.MasterUserPassword`,
    '{{resolve:secretsmanager:other:SecretString:password::}}',
  ),
  property(
    'storefront/security',
    'no connection string',
    'storefront',
    TASK,
    `${CONTAINER}.Secrets.[Name=DB_URL]`,
    undefined,
  ),
  fault('storefront/deploy-with', 'no DNS name', 'storefront', (stacks) => {
    put(of('foundation', stacks)[0]?.template, 'Outputs.LoadBalancerDnsName', undefined);
  }),
];
