import type { Template, TemplateResource } from '../stacks/template.ts';
import type { RawChange } from './changes.ts';

/** Types whose names are taken as long as the old one exists, and the property with the name. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::Service': 'ServiceName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::RDS::DBCluster': 'DBClusterIdentifier',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::RDS::DBSubnetGroup': 'DBSubnetGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SecretsManager::Secret': 'Name',
};

/** A change that AWS refuses whatever is accepted, in words: why, and what to do instead; null for all others. */
export interface Refusal {
  readonly why: string;
  readonly fix: string;
}

/** Whether a change can be made at all. CloudFormation and ECS would say so only in the middle of the deployment. */
export function refusalOf({ resource, old, action, uncertain, properties }: RawChange): Refusal | null {
  if (old === undefined || action !== 'replace') return null;
  if (resource.Type === 'AWS::ECS::TaskDefinition') return protocolRefusal(old, resource);
  if (uncertain) return null;
  const property = NAMED[resource.Type];
  const name = property === undefined ? undefined : resource.Properties?.[property];
  if (property === undefined || name === undefined || resource.Type !== old.Type) return null;
  if (JSON.stringify(name) !== JSON.stringify(old.Properties?.[property])) return null;
  const what = properties.length === 0 ? '' : ` for another ${properties.join(', ')}`;
  return {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
    why: `it would have to be made anew${what}, and CloudFormation makes nothing anew under the name that it has`,
    fix: 'Give it another name: in the definition where it has one, else by its key or `purpose`, or in breakwater.cdk.ts. Or take it out, deploy, and put it back.',
  };
}

/** Whether the templates of a service's stack differ in what might be refused, so that CloudFormation has to be asked. */
export function mayBeRefused(deployed: Template, wanted: Template): boolean {
  return Object.entries(wanted.Resources ?? {}).some(([id, resource]) => {
    const old = deployed.Resources?.[id];
    if (old === undefined) return false;
    if (resource.Type === 'AWS::ECS::TaskDefinition') return protocolRefusal(old, resource) !== null;
    const { Type } = resource;
    return (
      Type === 'AWS::ElasticLoadBalancingV2::TargetGroup' &&
      JSON.stringify(old.Properties) !== JSON.stringify(resource.Properties)
    );
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html */
function protocolRefusal(old: TemplateResource, now: TemplateResource): Refusal | null {
  const before = protocolsOf(old);
  const changed = [...protocolsOf(now)].find(
    ([name, protocol]) => before.has(name) && before.get(name) !== protocol,
  );
  if (changed === undefined) return null;
  const [name, protocol] = changed;
  return {
    why: `the port ${name} speaks ${before.get(name)} and would speak ${protocol}, which ECS does not change on a service in Service Connect`,
    fix: 'Take the service out, deploy, and put it back with the other protocol; or give it another key.',
  };
}

/** Protocols of the named ports of a task definition. */
function protocolsOf({ Properties }: TemplateResource): ReadonlyMap<string, string> {
  // The shape of task definitions in CloudFormation.
  const containers = (Properties?.['ContainerDefinitions'] ?? []) as readonly {
    readonly PortMappings?: readonly { readonly Name?: string; readonly AppProtocol?: string }[];
  }[];
  return new Map(
    containers.flatMap(({ PortMappings = [] }) =>
      PortMappings.flatMap(({ Name, AppProtocol = 'tcp' }): [string, string][] =>
        Name === undefined ? [] : [[Name, AppProtocol]],
      ),
    ),
  );
}
