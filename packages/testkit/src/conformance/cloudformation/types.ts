import { type Json, text } from './json.ts';

/** What the reader knows of a type of resource. */
export interface TypeFacts {
  /** How references name it: `<vpc vpc-catalog-dev id>`. */
  readonly kind: string;
  /** Its own name, null where it has none. */
  readonly name: (properties: Json) => string | null;
  /** What `Ref` gives. */
  readonly ref: 'id' | 'name' | 'arn';
  readonly tags: boolean;
  /** Its ARN behind `arn:aws:`, from its name; null where an ARN cannot be told. */
  readonly arn?: (name: string, place: { readonly region: string; readonly account: string }) => string;
}

const byTag = (properties: Json): string | null => {
  const { Tags: tags } = properties;
  for (const tag of Array.isArray(tags) ? tags : [])
    if (text(tag, 'Key') === 'Name') return text(tag, 'Value');
  return null;
};
const by = (property: string) => (properties: Json) => text(properties, property);
const none = () => null;
const part = (kind: string, tags = false): TypeFacts => ({ kind, name: none, ref: 'id', tags });
const tagged = (kind: string): TypeFacts => ({ kind, name: byTag, ref: 'id', tags: true });

type Arn = NonNullable<TypeFacts['arn']>;
const regional =
  (service: string, resource: string): Arn =>
  (name, { region, account }) =>
    `${service}:${region}:${account}:${resource}${name}`;

/** Types that the reader reads. A type that is missing here is listed as unread. */
export const TYPES: Readonly<Record<string, TypeFacts>> = {
  'AWS::EC2::VPC': tagged('vpc'),
  'AWS::EC2::InternetGateway': tagged('internet-gateway'),
  'AWS::EC2::VPCGatewayAttachment': part('gateway-attachment'),
  'AWS::EC2::Subnet': tagged('subnet'),
  'AWS::EC2::RouteTable': tagged('route-table'),
  'AWS::EC2::SubnetRouteTableAssociation': part('route-table-association'),
  'AWS::EC2::Route': part('route'),
  'AWS::EC2::EIP': tagged('elastic-ip'),
  'AWS::EC2::NatGateway': tagged('nat-gateway'),
  'AWS::EC2::SecurityGroup': { kind: 'security-group', name: by('GroupName'), ref: 'id', tags: true },
  'AWS::EC2::SecurityGroupIngress': part('security-group-ingress'),
  'AWS::EC2::SecurityGroupEgress': part('security-group-egress'),
  'AWS::EC2::VPCEndpoint': tagged('vpc-endpoint'),
  'AWS::EC2::FlowLog': tagged('flow-log'),
  'AWS::ECR::Repository': {
    kind: 'repository',
    name: by('RepositoryName'),
    ref: 'name',
    tags: true,
    arn: regional('ecr', 'repository/'),
  },
  'AWS::ECS::Cluster': {
    kind: 'cluster',
    name: by('ClusterName'),
    ref: 'name',
    tags: true,
    arn: regional('ecs', 'cluster/'),
  },
  'AWS::ECS::ClusterCapacityProviderAssociations': part('capacity-providers'),
  'AWS::ECS::Service': { kind: 'service', name: by('ServiceName'), ref: 'arn', tags: true },
  'AWS::ECS::TaskDefinition': { kind: 'task-definition', name: by('Family'), ref: 'arn', tags: true },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    kind: 'load-balancer',
    name: by('Name'),
    ref: 'arn',
    tags: true,
    arn: (name, place) => regional('elasticloadbalancing', 'loadbalancer/app/')(`${name}/id`, place),
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    kind: 'target-group',
    name: by('Name'),
    ref: 'arn',
    tags: true,
    arn: (name, place) => regional('elasticloadbalancing', 'targetgroup/')(`${name}/id`, place),
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    kind: 'listener',
    name: (properties) => text(properties, 'Port'),
    ref: 'arn',
    tags: true,
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    kind: 'listener-rule',
    name: (properties) => text(properties, 'Priority'),
    ref: 'arn',
    tags: true,
  },
  'AWS::ApplicationAutoScaling::ScalableTarget': part('scalable-target'),
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    kind: 'scaling-policy',
    name: by('PolicyName'),
    ref: 'arn',
    tags: false,
  },
  'AWS::RDS::DBCluster': {
    kind: 'database',
    name: by('DBClusterIdentifier'),
    ref: 'name',
    tags: true,
    arn: regional('rds', 'cluster:'),
  },
  'AWS::RDS::DBInstance': {
    kind: 'database',
    name: by('DBInstanceIdentifier'),
    ref: 'name',
    tags: true,
    arn: regional('rds', 'db:'),
  },
  'AWS::RDS::DBSubnetGroup': { kind: 'subnet-group', name: by('DBSubnetGroupName'), ref: 'name', tags: true },
  'AWS::RDS::DBClusterParameterGroup': {
    kind: 'parameter-group',
    name: by('DBClusterParameterGroupName'),
    ref: 'name',
    tags: true,
  },
  'AWS::RDS::DBParameterGroup': {
    kind: 'parameter-group',
    name: by('DBParameterGroupName'),
    ref: 'name',
    tags: true,
  },
  'AWS::DynamoDB::Table': {
    kind: 'table',
    name: by('TableName'),
    ref: 'name',
    tags: true,
    arn: regional('dynamodb', 'table/'),
  },
  'AWS::DynamoDB::GlobalTable': {
    kind: 'table',
    name: by('TableName'),
    ref: 'name',
    tags: true,
    arn: regional('dynamodb', 'table/'),
  },
  'AWS::S3::Bucket': {
    kind: 'bucket',
    name: by('BucketName'),
    ref: 'name',
    tags: true,
    arn: (name) => `s3:::${name}`,
  },
  'AWS::S3::BucketPolicy': part('bucket-policy'),
  'Custom::S3AutoDeleteObjects': part('emptying'),
  'AWS::SecretsManager::Secret': {
    kind: 'secret',
    name: by('Name'),
    ref: 'arn',
    tags: true,
    arn: regional('secretsmanager', 'secret:'),
  },
  // Its Ref is the secret's ARN: `evaluate` looks through it.
  'AWS::SecretsManager::SecretTargetAttachment': part('secret-attachment'),
  'AWS::SecretsManager::RotationSchedule': part('rotation'),
  'AWS::SecretsManager::ResourcePolicy': part('secret-policy'),
  'AWS::IAM::Role': {
    kind: 'role',
    name: by('RoleName'),
    ref: 'name',
    tags: true,
    arn: (name, { account }) => `iam::${account}:role/${name}`,
  },
  'AWS::IAM::Policy': { kind: 'policy', name: by('PolicyName'), ref: 'name', tags: false },
  'AWS::KMS::Key': tagged('key'),
  'AWS::KMS::Alias': { kind: 'alias', name: by('AliasName'), ref: 'name', tags: false },
  'AWS::Logs::LogGroup': {
    kind: 'log-group',
    name: by('LogGroupName'),
    ref: 'name',
    tags: true,
    arn: (name, place) => `${regional('logs', 'log-group:')(name, place)}:*`,
  },
  'AWS::SNS::Topic': {
    kind: 'topic',
    name: by('TopicName'),
    ref: 'arn',
    tags: true,
    arn: regional('sns', ''),
  },
  'AWS::SNS::Subscription': part('subscription'),
  'AWS::SNS::TopicPolicy': part('topic-policy'),
  'AWS::CloudWatch::Alarm': {
    kind: 'alarm',
    name: by('AlarmName'),
    ref: 'name',
    tags: true,
    arn: regional('cloudwatch', 'alarm:'),
  },
  'AWS::CloudWatch::Dashboard': { kind: 'dashboard', name: by('DashboardName'), ref: 'name', tags: false },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    kind: 'namespace',
    name: by('Name'),
    ref: 'id',
    tags: true,
  },
  'AWS::ServiceDiscovery::HttpNamespace': { kind: 'namespace', name: by('Name'), ref: 'id', tags: true },
  'AWS::Route53::RecordSet': { kind: 'record', name: by('Name'), ref: 'name', tags: false },
  'AWS::CertificateManager::Certificate': {
    kind: 'certificate',
    name: by('DomainName'),
    ref: 'arn',
    tags: true,
  },
};

/** What they are called is no name of their own: a port, a priority, a domain, or a name within a role. */
const CALLED = new Set(['listener', 'listener-rule', 'record', 'certificate', 'policy']);

/** Whether resources of a type have names that must differ within an account. */
export function hasOwnName(type: string, name: string, logicalId: string): boolean {
  const facts = TYPES[type];
  return facts !== undefined && !CALLED.has(facts.kind) && name !== logicalId;
}

/** Types that the reader leaves unread but that take tags: they are held to the system's tags all the same. */
export const TAGGED_BUT_UNREAD: readonly string[] = ['AWS::Lambda::Function', 'AWS::Serverless::Application'];

/** What a reference asks for, in the words of the model, where CloudFormation's differ. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  Arn: 'arn',
  DBClusterArn: 'arn',
  DBInstanceArn: 'arn',
  TopicArn: 'arn',
  ServiceArn: 'arn',
  LoadBalancerArn: 'arn',
  TargetGroupArn: 'arn',
  RuleArn: 'arn',
  ListenerArn: 'arn',
  CertificateArn: 'arn',
  TaskDefinitionArn: 'arn',
  Id: 'id',
  VpcId: 'id',
  GroupId: 'id',
  SubnetId: 'id',
  InternetGatewayId: 'id',
  NatGatewayId: 'id',
  RouteTableId: 'id',
  KeyId: 'id',
  AllocationId: 'allocation-id',
  Name: 'name',
  TopicName: 'name',
  RoleName: 'name',
  RepositoryUri: 'uri',
  DNSName: 'dns-name',
  CanonicalHostedZoneID: 'zone-id',
  LoadBalancerFullName: 'full-name',
  LoadBalancerName: 'name',
  TargetGroupFullName: 'full-name',
  TargetGroupName: 'name',
  'Endpoint.Address': 'host',
  'ReadEndpoint.Address': 'reader-host',
  'Endpoint.Port': 'port',
};
