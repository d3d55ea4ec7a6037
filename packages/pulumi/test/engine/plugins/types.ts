/** What AWS's provider knows of a type that its SDK does not say, as far as an engine's decisions depend on it. */
export interface TypeFacts {
  /** Argument that holds the name; none: AWS makes one up. */
  readonly name?: string;
  /** Arguments that the name is unique within. @default none: the account and region */
  readonly within?: readonly string[];
  /** Arguments beside `name` and `within` that only a new resource can have otherwise. */
  readonly replaces?: readonly string[];
  /** Every change but of these makes a new one. */
  readonly replacesAllBut?: readonly string[];
  /** What Pulumi has for its id. @default 'name' where there is one, else 'made' */
  readonly id?: 'name' | 'arn' | 'made';
  /** How ids start that AWS makes, `vpc-`. */
  readonly prefix?: string;
}

/** By Pulumi's type: those that the systems consist of. */
export const TYPES: Readonly<Record<string, TypeFacts>> = {
  'aws:acm/certificate:Certificate': { id: 'arn', replaces: ['domainName', 'subjectAlternativeNames'] },
  'aws:acm/certificateValidation:CertificateValidation': { replacesAllBut: [] },
  'aws:appautoscaling/policy:Policy': {
    name: 'name',
    within: ['resourceId', 'scalableDimension', 'serviceNamespace'],
  },
  'aws:appautoscaling/scheduledAction:ScheduledAction': {
    name: 'name',
    within: ['resourceId', 'scalableDimension', 'serviceNamespace'],
  },
  'aws:appautoscaling/target:Target': {
    name: 'resourceId',
    within: ['scalableDimension', 'serviceNamespace'],
  },
  'aws:cloudwatch/dashboard:Dashboard': { name: 'dashboardName' },
  'aws:cloudwatch/logGroup:LogGroup': { name: 'name' },
  'aws:cloudwatch/metricAlarm:MetricAlarm': { name: 'name' },
  'aws:dynamodb/table:Table': { name: 'name', replaces: ['hashKey', 'rangeKey'] },
  'aws:ec2/eip:Eip': { prefix: 'eipalloc-' },
  'aws:ec2/flowLog:FlowLog': { prefix: 'fl-', replacesAllBut: ['tags'] },
  'aws:ec2/internetGateway:InternetGateway': { prefix: 'igw-' },
  'aws:ec2/natGateway:NatGateway': { prefix: 'nat-', replaces: ['allocationId', 'subnetId'] },
  'aws:ec2/route:Route': {
    name: 'destinationCidrBlock',
    within: ['routeTableId'],
    id: 'made',
    prefix: 'r-rtb-',
  },
  'aws:ec2/routeTable:RouteTable': { prefix: 'rtb-', replaces: ['vpcId'] },
  'aws:ec2/routeTableAssociation:RouteTableAssociation': {
    name: 'subnetId',
    id: 'made',
    prefix: 'rtbassoc-',
  },
  'aws:ec2/securityGroup:SecurityGroup': {
    name: 'name',
    within: ['vpcId'],
    id: 'made',
    prefix: 'sg-',
    replaces: ['description'],
  },
  'aws:ec2/subnet:Subnet': {
    name: 'cidrBlock',
    within: ['vpcId'],
    id: 'made',
    prefix: 'subnet-',
    replaces: ['availabilityZone'],
  },
  'aws:ec2/vpc:Vpc': { prefix: 'vpc-', replaces: ['cidrBlock'] },
  'aws:ec2/vpcEndpoint:VpcEndpoint': { prefix: 'vpce-', replaces: ['serviceName', 'vpcId'] },
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': { name: 'repository' },
  'aws:ecr/repository:Repository': { name: 'name', replaces: ['encryptionConfigurations'] },
  'aws:ecs/cluster:Cluster': { name: 'name', id: 'arn' },
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders': { name: 'clusterName' },
  'aws:ecs/service:Service': {
    name: 'name',
    within: ['cluster'],
    id: 'arn',
    replaces: ['launchType', 'schedulingStrategy'],
  },
  // Its name is a family's: the next revision stands beside the last.
  'aws:ecs/taskDefinition:TaskDefinition': { id: 'arn', replacesAllBut: ['tags', 'trackLatest'] },
  'aws:iam/role:Role': { name: 'name', replaces: ['path'] },
  'aws:iam/rolePolicy:RolePolicy': { name: 'name', within: ['role'] },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': { name: 'policyArn', within: ['role'], id: 'made' },
  'aws:kms/alias:Alias': { name: 'name' },
  'aws:kms/key:Key': {},
  'aws:lambda/function:Function': { name: 'name' },
  'aws:lambda/permission:Permission': { name: 'statementId', within: ['function'], replacesAllBut: [] },
  'aws:lb/listener:Listener': { name: 'port', within: ['loadBalancerArn'], id: 'arn' },
  'aws:lb/listenerRule:ListenerRule': { name: 'priority', within: ['listenerArn'], id: 'arn' },
  'aws:lb/loadBalancer:LoadBalancer': { name: 'name', id: 'arn', replaces: ['internal', 'loadBalancerType'] },
  'aws:lb/targetGroup:TargetGroup': {
    name: 'name',
    id: 'arn',
    replaces: ['port', 'protocol', 'protocolVersion', 'targetType', 'vpcId'],
  },
  'aws:rds/cluster:Cluster': {
    name: 'clusterIdentifier',
    replaces: [
      'databaseName',
      'dbSubnetGroupName',
      'engine',
      'kmsKeyId',
      'masterUsername',
      'storageEncrypted',
    ],
  },
  'aws:rds/clusterInstance:ClusterInstance': {
    name: 'identifier',
    replaces: ['clusterIdentifier', 'engine'],
  },
  'aws:rds/clusterParameterGroup:ClusterParameterGroup': { name: 'name', replaces: ['family'] },
  'aws:rds/instance:Instance': {
    name: 'identifier',
    replaces: ['dbName', 'engine', 'kmsKeyId', 'storageEncrypted', 'username'],
  },
  'aws:rds/parameterGroup:ParameterGroup': { name: 'name', replaces: ['family'] },
  'aws:rds/subnetGroup:SubnetGroup': { name: 'name' },
  'aws:route53/record:Record': { name: 'name', within: ['zoneId', 'type'] },
  'aws:s3/bucket:Bucket': { name: 'bucket' },
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': { name: 'bucket' },
  'aws:s3/bucketPolicy:BucketPolicy': { name: 'bucket' },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': { name: 'bucket' },
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': {
    name: 'bucket',
  },
  'aws:s3/bucketVersioning:BucketVersioning': { name: 'bucket' },
  'aws:secretsmanager/secret:Secret': { name: 'name', id: 'arn' },
  'aws:secretsmanager/secretRotation:SecretRotation': { name: 'secretId' },
  'aws:secretsmanager/secretVersion:SecretVersion': { prefix: 'terraform-', replaces: ['secretId'] },
  'aws:servicediscovery/httpNamespace:HttpNamespace': { name: 'name', id: 'made', prefix: 'ns-' },
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace': {
    name: 'name',
    within: ['vpc'],
    id: 'made',
    prefix: 'ns-',
  },
  'aws:sns/topic:Topic': { name: 'name', id: 'arn' },
  'aws:sns/topicPolicy:TopicPolicy': { name: 'arn' },
  'aws:sns/topicSubscription:TopicSubscription': { id: 'arn', replaces: ['endpoint', 'protocol', 'topic'] },
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': {
    prefix: 'sgr-',
    replaces: ['securityGroupId'],
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': {
    prefix: 'sgr-',
    replaces: ['securityGroupId'],
  },
};

/** What only a new resource can have otherwise, of the arguments that have changed. */
export function replacing(type: string, changed: readonly string[]): readonly string[] {
  const { name, within = [], replaces = [], replacesAllBut } = TYPES[type] ?? {};
  if (replacesAllBut !== undefined) return changed.filter((key) => !replacesAllBut.includes(key));
  // The priority of a listener's rule and the port of a listener are unique and still may change.
  const fixed = type.startsWith('aws:lb/listener') ? within : [name, ...within];
  return changed.filter((key) => fixed.includes(key) || replaces.includes(key));
}
