import { at, flag, type Json, list, object, text } from '../cloudformation/json.ts';
import { actions, attributes, parsed, pascal, renamed } from './shapes.ts';
import { COMPUTE } from './translations-compute.ts';
import { STORES } from './translations-stores.ts';

/** How a resource of Pulumi's reads in CloudFormation's words. */
export interface Translation {
  /** CloudFormation's type. */
  readonly type: string;
  readonly properties: (inputs: Json, options: { readonly ignoreChanges: readonly string[] }) => Json;
}

const as = (type: string, names: Readonly<Record<string, string | null>> = {}): Translation => ({
  type,
  properties: (inputs) => renamed(inputs, names),
});

const securityGroupRule = (type: string, peer: string): Translation =>
  as(type, {
    securityGroupId: 'GroupId',
    referencedSecurityGroupId: peer,
    cidrIpv4: 'CidrIp',
    cidrIpv6: 'CidrIpv6',
    tags: null,
  });

const NETWORK: Readonly<Record<string, Translation>> = {
  'aws:ec2/vpc:Vpc': as('AWS::EC2::VPC'),
  'aws:ec2/internetGateway:InternetGateway': as('AWS::EC2::InternetGateway', { vpcId: null }),
  'aws:ec2/subnet:Subnet': as('AWS::EC2::Subnet'),
  'aws:ec2/eip:Eip': as('AWS::EC2::EIP'),
  'aws:ec2/natGateway:NatGateway': as('AWS::EC2::NatGateway'),
  'aws:ec2/routeTable:RouteTable': as('AWS::EC2::RouteTable'),
  'aws:ec2/route:Route': as('AWS::EC2::Route'),
  'aws:ec2/routeTableAssociation:RouteTableAssociation': as('AWS::EC2::SubnetRouteTableAssociation'),
  'aws:ec2/securityGroup:SecurityGroup': as('AWS::EC2::SecurityGroup', {
    name: 'GroupName',
    description: 'GroupDescription',
    ingress: 'SecurityGroupIngress',
    egress: 'SecurityGroupEgress',
  }),
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': securityGroupRule(
    'AWS::EC2::SecurityGroupIngress',
    'SourceSecurityGroupId',
  ),
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': securityGroupRule(
    'AWS::EC2::SecurityGroupEgress',
    'DestinationSecurityGroupId',
  ),
  'aws:ec2/vpcEndpoint:VpcEndpoint': as('AWS::EC2::VPCEndpoint'),
  'aws:ec2/flowLog:FlowLog': {
    type: 'AWS::EC2::FlowLog',
    properties: (inputs) => ({
      ...renamed(inputs, {
        vpcId: 'ResourceId',
        iamRoleArn: 'DeliverLogsPermissionArn',
      }),
      ResourceType: 'VPC',
    }),
  },
};

const ENTRY: Readonly<Record<string, Translation>> = {
  'aws:lb/loadBalancer:LoadBalancer': {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    properties: (inputs) => ({
      ...renamed(inputs, {
        loadBalancerType: 'Type',
        internal: null,
        idleTimeout: null,
        dropInvalidHeaderFields: null,
        enableDeletionProtection: null,
        accessLogs: null,
      }),
      Scheme: flag(inputs, 'internal') ? 'internal' : 'internet-facing',
      LoadBalancerAttributes: attributes({
        'idle_timeout.timeout_seconds': inputs['idleTimeout'],
        'routing.http.drop_invalid_header_fields.enabled': inputs['dropInvalidHeaderFields'],
        'deletion_protection.enabled': inputs['enableDeletionProtection'],
        'access_logs.s3.enabled': at(inputs, 'accessLogs', 'enabled'),
        'access_logs.s3.bucket': at(inputs, 'accessLogs', 'bucket'),
        'access_logs.s3.prefix': at(inputs, 'accessLogs', 'prefix'),
      }),
    }),
  },
  'aws:lb/targetGroup:TargetGroup': {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    properties: (inputs) => ({
      ...renamed(inputs, {
        healthCheck: null,
        deregistrationDelay: null,
        loadBalancingAlgorithmType: null,
        stickiness: null,
      }),
      HealthCheckPath: at(inputs, 'healthCheck', 'path'),
      HealthCheckIntervalSeconds: at(inputs, 'healthCheck', 'interval'),
      HealthCheckTimeoutSeconds: at(inputs, 'healthCheck', 'timeout'),
      HealthyThresholdCount: at(inputs, 'healthCheck', 'healthyThreshold'),
      UnhealthyThresholdCount: at(inputs, 'healthCheck', 'unhealthyThreshold'),
      Matcher: { HttpCode: at(inputs, 'healthCheck', 'matcher') },
      TargetGroupAttributes: attributes({
        'deregistration_delay.timeout_seconds': inputs['deregistrationDelay'],
        'load_balancing.algorithm.type': inputs['loadBalancingAlgorithmType'],
        'stickiness.enabled': at(inputs, 'stickiness', 'enabled') ?? false,
        'stickiness.type': at(inputs, 'stickiness', 'type'),
        'stickiness.lb_cookie.duration_seconds': at(inputs, 'stickiness', 'cookieDuration'),
      }),
    }),
  },
  'aws:lb/listener:Listener': {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    properties: (inputs) => ({
      ...renamed(inputs, { certificateArn: null }),
      DefaultActions: actions(inputs['defaultActions']),
      ...(text(inputs, 'certificateArn') === null
        ? {}
        : { Certificates: [{ CertificateArn: inputs['certificateArn'] }] }),
    }),
  },
  'aws:lb/listenerRule:ListenerRule': {
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    properties: (inputs) => ({
      ...renamed(inputs),
      Actions: actions(inputs['actions']),
      Conditions: list(inputs, 'conditions').flatMap((condition) =>
        Object.entries(object({ condition }, 'condition')).map(([field, value]) =>
          field === 'pathPattern'
            ? { Field: 'path-pattern', PathPatternConfig: pascal(value) }
            : { Field: field, Config: pascal(value) },
        ),
      ),
    }),
  },
  'aws:acm/certificate:Certificate': as('AWS::CertificateManager::Certificate'),
  'aws:route53/record:Record': {
    type: 'AWS::Route53::RecordSet',
    properties: (inputs) => ({
      Name: inputs['name'],
      Type: inputs['type'],
      HostedZoneId: inputs['zoneId'],
      ...(inputs['records'] === undefined ? {} : { ResourceRecords: inputs['records'] }),
      ...list(inputs, 'aliases').map((alias) => ({
        AliasTarget: { DNSName: text(alias, 'name'), HostedZoneId: text(alias, 'zoneId') },
      }))[0],
    }),
  },
};

const OPERATIONS: Readonly<Record<string, Translation>> = {
  'aws:iam/role:Role': {
    type: 'AWS::IAM::Role',
    properties: (inputs) => ({
      ...renamed(inputs, { name: 'RoleName', assumeRolePolicy: null }),
      AssumeRolePolicyDocument: parsed(inputs['assumeRolePolicy']),
    }),
  },
  'aws:iam/rolePolicy:RolePolicy': {
    type: 'AWS::IAM::Policy',
    properties: (inputs) => ({
      PolicyName: inputs['name'],
      Roles: [inputs['role']],
      PolicyDocument: parsed(inputs['policy']),
    }),
  },
  'aws:kms/key:Key': {
    type: 'AWS::KMS::Key',
    properties: (inputs) => ({
      ...renamed(inputs, { policy: null }),
      KeyPolicy: parsed(inputs['policy']),
    }),
  },
  'aws:kms/alias:Alias': as('AWS::KMS::Alias', { name: 'AliasName' }),
  'aws:cloudwatch/logGroup:LogGroup': as('AWS::Logs::LogGroup', { name: 'LogGroupName' }),
  'aws:sns/topic:Topic': as('AWS::SNS::Topic', { name: 'TopicName' }),
  'aws:sns/topicPolicy:TopicPolicy': {
    type: 'AWS::SNS::TopicPolicy',
    properties: (inputs) => ({ Topics: [inputs['arn']], PolicyDocument: parsed(inputs['policy']) }),
  },
  'aws:sns/topicSubscription:TopicSubscription': as('AWS::SNS::Subscription', { topic: 'TopicArn' }),
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    type: 'AWS::CloudWatch::Alarm',
    properties: (inputs) => ({
      ...renamed(inputs, { name: 'AlarmName' }),
      Dimensions: Object.entries(object(inputs, 'dimensions')).map(([Name, Value]) => ({ Name, Value })),
    }),
  },
  'aws:cloudwatch/dashboard:Dashboard': as('AWS::CloudWatch::Dashboard'),
  'aws:lambda/function:Function': {
    type: 'AWS::Lambda::Function',
    properties: (inputs) => ({
      ...renamed(inputs, { name: 'FunctionName', code: null, environment: null }),
      Code: { ZipFile: at(inputs, 'code', 'index.js') },
      Environment: { Variables: at(inputs, 'environment', 'variables') },
    }),
  },
  'aws:lambda/permission:Permission': as('AWS::Lambda::Permission', { function: 'FunctionName' }),
};

/** What the reader knows of Pulumi's types. */
export const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  ...NETWORK,
  ...ENTRY,
  ...OPERATIONS,
  ...COMPUTE,
  ...STORES,
};

/** Parts of another resource that CloudFormation has within it: the reader puts them there. */
export const WITHIN: readonly string[] = [
  'aws:acm/certificateValidation:CertificateValidation',
  'aws:ecr/lifecyclePolicy:LifecyclePolicy',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:secretsmanager/secretVersion:SecretVersion',
  'aws:appautoscaling/scheduledAction:ScheduledAction',
];

/** Whether a DNS record only proves that a certificate's domain is one's own; CloudFormation writes it by itself. */
export function isValidation(inputs: Json): boolean {
  return /^<certificate /.test(text(inputs, 'name') ?? '');
}
