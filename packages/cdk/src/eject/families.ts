import type { TemplateResource } from './assembly.ts';

/** Resources of a stack that belong together: a section of its source, or a file of its own. */
export interface Family {
  readonly key: string;
  /** What a reader finds in it. */
  readonly title: string;
}

const FAMILIES: readonly (Family & { readonly types: RegExp })[] = [
  { key: 'repositories', title: 'Image repositories', types: /^AWS::ECR::/ },
  { key: 'encryption', title: 'Encryption keys', types: /^AWS::KMS::/ },
  {
    key: 'endpoints',
    title: 'VPC endpoints: AWS services reached without leaving the network',
    types: /^AWS::EC2::VPCEndpoint/,
  },
  {
    key: 'securityGroups',
    title: 'Security groups: who may reach whom, on which port',
    types: /^AWS::EC2::SecurityGroup/,
  },
  { key: 'network', title: 'Network: VPC, subnets and their routes', types: /^AWS::EC2::/ },
  { key: 'notifications', title: 'Topics that alarms notify', types: /^AWS::SNS::/ },
  { key: 'logGroups', title: 'Log groups', types: /^AWS::Logs::/ },
  { key: 'roles', title: 'Roles: what tasks, and AWS on their behalf, may do', types: /^AWS::IAM::/ },
  { key: 'storage', title: 'Buckets, and what empties them before they are deleted', types: /^AWS::S3::/ },
  {
    key: 'secrets',
    title: 'Secrets, generated when the stack is created',
    types: /^AWS::SecretsManager::Secret$/,
  },
  { key: 'databases', title: 'Databases', types: /^AWS::(RDS::|SecretsManager::SecretTargetAttachment)/ },
  { key: 'tables', title: 'DynamoDB tables', types: /^AWS::DynamoDB::/ },
  {
    key: 'compute',
    title: 'ECS cluster and the names services find each other by',
    types: /^AWS::(ECS::Cluster|ServiceDiscovery::)/,
  },
  { key: 'dns', title: 'Domain and certificate', types: /^AWS::(CertificateManager|Route53)::/ },
  {
    key: 'routing',
    title: 'Load balancing: what comes in, and where it goes',
    types: /^AWS::ElasticLoadBalancingV2::/,
  },
  {
    key: 'containers',
    title: 'Task definition: containers, their size, environment and secrets',
    types: /^AWS::ECS::TaskDefinition/,
  },
  {
    key: 'ecsService',
    title: 'ECS service: how many tasks, where, and how they are replaced',
    types: /^AWS::ECS::/,
  },
  { key: 'scaling', title: 'Scaling with load', types: /^AWS::ApplicationAutoScaling::/ },
  { key: 'tracing', title: 'Tracing', types: /^AWS::XRay::/ },
  { key: 'alarms', title: 'Alarms', types: /^AWS::CloudWatch::(Alarm|CompositeAlarm)/ },
  { key: 'dashboards', title: 'Dashboard', types: /^AWS::CloudWatch::/ },
];

const STORAGE: Family = { key: 'storage', title: 'Buckets, and what empties them before they are deleted' };
const ROTATION: Family = { key: 'rotation', title: 'Rotation of secrets' };
const OTHER: Family = { key: 'others', title: 'Other resources' };
const CUSTOM: Family = {
  key: 'customResources',
  title: 'Functions of custom resources: what CloudFormation cannot do by itself',
};

/** Which family a resource belongs to. */
export function familyOf(resource: TemplateResource, path: string): Family {
  if (path.startsWith('Custom::')) return CUSTOM;
  if (path.startsWith('rotations/') || resource.Type === 'AWS::SecretsManager::RotationSchedule')
    return ROTATION;
  if (path.startsWith('empty-buckets/') || resource.Type.startsWith('Custom::')) return STORAGE;
  const family = FAMILIES.find(({ types }) => types.test(resource.Type));
  return family === undefined ? OTHER : { key: family.key, title: family.title };
}
