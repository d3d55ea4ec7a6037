import type { Plan } from '@breakwater/plan';
import { constructPath, givenName, type TemplateResource } from '../stacks/template.ts';
import type { ChangeContext } from './changes.ts';

/** The plan's entries that resources of a type belong to, `name` being the physical one. */
function entriesFor(type: string, plan: Plan): readonly { readonly key: string; readonly name: string }[] {
  if (type.startsWith('AWS::RDS::')) return Object.values(plan.databases);
  if (type.startsWith('AWS::DynamoDB::')) return Object.values(plan.tables);
  if (type === 'AWS::S3::Bucket') return Object.values(plan.buckets);
  if (type === 'AWS::SecretsManager::Secret') return Object.values(plan.secrets);
  if (type === 'AWS::KMS::Key')
    return Object.values(plan.keys).map(({ key, alias }) => ({ key, name: alias }));
  if (type === 'AWS::Logs::LogGroup') return Object.values(plan.logGroups);
  if (type === 'AWS::ECR::Repository') {
    return Object.values(plan.services).flatMap(({ key, registry }) =>
      registry === null ? [] : [{ key, name: registry.name }],
    );
  }
  return [];
}

/** Construct ids that only sort others. */
const CONTAINERS = new Set(['Registries', 'Foundation', 'Data', 'Service', 'Dashboard']);

/**
 * What a resource may be called when a loss is accepted, the best first: its key in the plan, the ids of its construct,
 * its physical name, its logical id.
 */
export function keysOf(
  logicalId: string,
  resource: TemplateResource,
  { plan }: Pick<ChangeContext, 'plan'>,
): readonly string[] {
  const name = givenName(resource);
  const path = constructPath(resource);
  const entries = plan === null ? [] : entriesFor(resource.Type, plan);
  const byName = entries.filter((entry) => entry.name === name).map(({ key }) => key);
  const byPath = entries.map(({ key }) => key).filter((key) => path.includes(key));
  const ids = path.filter((id) => !CONTAINERS.has(id));
  return [...new Set([...byName, ...byPath, ...ids.reverse(), ...(name === null ? [] : [name]), logicalId])];
}

const NOUNS: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'scaling range',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'scaling policy',
  'AWS::CloudWatch::Alarm': 'alarm',
  'AWS::CloudWatch::Dashboard': 'dashboard',
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::DynamoDB::Table': 'table',
  'AWS::EC2::EIP': 'elastic IP address',
  'AWS::EC2::FlowLog': 'flow log',
  'AWS::EC2::InternetGateway': 'internet gateway',
  'AWS::EC2::NatGateway': 'NAT gateway',
  'AWS::EC2::SecurityGroup': 'security group',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::VPC': 'network',
  'AWS::EC2::VPCEndpoint': 'endpoint',
  'AWS::ECR::Repository': 'image repository',
  'AWS::ECS::Cluster': 'cluster',
  'AWS::ECS::Service': 'service',
  'AWS::ECS::TaskDefinition': 'task definition',
  'AWS::ElasticLoadBalancingV2::Listener': 'listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'route',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'target group',
  'AWS::IAM::Policy': 'permissions',
  'AWS::IAM::Role': 'role',
  'AWS::KMS::Key': 'encryption key',
  'AWS::Logs::LogGroup': 'log group',
  'AWS::RDS::DBCluster': 'database',
  'AWS::RDS::DBInstance': 'database instance',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SNS::Topic': 'topic',
  'AWS::SecretsManager::Secret': 'secret',
};

/** `AWS::EC2::SubnetRouteTableAssociation` → `subnet route table association` */
export function nounOf(resource: TemplateResource): string {
  if (resource.Type === 'AWS::RDS::DBInstance' && resource.Properties?.['DBClusterIdentifier'] === undefined)
    return 'database';
  const known = NOUNS[resource.Type];
  if (known !== undefined) return known;
  return (resource.Type.split('::').at(-1) ?? resource.Type)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
}
