import { NAME_RULES, type NameKind } from '@breakwater/plan';
import { at, list } from '../json.ts';
import type { Hit, Rule } from '../rule.ts';

/** Where the names stand in templates. */
export const NAMED: readonly (readonly [type: string, property: string, kind: NameKind])[] = [
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'Name', 'load-balancer'],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', 'Name', 'target-group'],
  ['AWS::ECS::Cluster', 'ClusterName', 'cluster'],
  ['AWS::ECS::Service', 'ServiceName', 'service'],
  ['AWS::ECS::TaskDefinition', 'Family', 'task-family'],
  ['AWS::ServiceDiscovery::PrivateDnsNamespace', 'Name', 'namespace'],
  ['AWS::ServiceDiscovery::HttpNamespace', 'Name', 'namespace'],
  ['AWS::Logs::LogGroup', 'LogGroupName', 'log-group'],
  ['AWS::RDS::DBCluster', 'DBClusterIdentifier', 'database'],
  ['AWS::RDS::DBInstance', 'DBInstanceIdentifier', 'database'],
  ['AWS::RDS::DBSubnetGroup', 'DBSubnetGroupName', 'database-group'],
  ['AWS::RDS::DBClusterParameterGroup', 'DBClusterParameterGroupName', 'database-group'],
  ['AWS::RDS::DBParameterGroup', 'DBParameterGroupName', 'database-group'],
  ['AWS::ECR::Repository', 'RepositoryName', 'repository'],
  ['AWS::SecretsManager::Secret', 'Name', 'secret'],
  ['AWS::DynamoDB::Table', 'TableName', 'table'],
  ['AWS::DynamoDB::GlobalTable', 'TableName', 'table'],
  ['AWS::S3::Bucket', 'BucketName', 'bucket'],
  ['AWS::IAM::Role', 'RoleName', 'role'],
  ['AWS::CloudWatch::Alarm', 'AlarmName', 'alarm'],
  ['AWS::CloudWatch::Dashboard', 'DashboardName', 'dashboard'],
  ['AWS::EC2::SecurityGroup', 'GroupName', 'security-group'],
  ['AWS::KMS::Alias', 'AliasName', 'key-alias'],
  ['AWS::SNS::Topic', 'TopicName', 'topic'],
  ['AWS::ApplicationAutoScaling::ScalingPolicy', 'PolicyName', 'scaling-policy'],
];

function problem(kind: NameKind, name: string): string | null {
  const { minimum, maximum, pattern, rule } = NAME_RULES[kind];
  if (name.length > maximum) return `it has ${name.length} characters, ${maximum} are allowed`;
  if (name.length < minimum) return `it has ${name.length} characters, ${minimum} are needed`;
  return pattern.test(name) ? null : `allowed are ${rule}`;
}

/** The names that CloudFormation will ask AWS for, whoever gave them. */
export const NAME_RULES_OF_TEMPLATES: readonly Rule[] = [
  {
    id: 'check/name',
    severity: 'error',
    title: 'Name that AWS refuses',
    why: 'CloudFormation finds out only when it creates the resource, and takes everything back.',
    fix: 'Change the name, or whatever changes it: a transform or the naming pattern.',
    find: ({ of }) => {
      const hit = (path: string, kind: NameKind, name: unknown): readonly Hit[] => {
        if (typeof name !== 'string') return [];
        const found = problem(kind, name);
        return found === null
          ? []
          : [{ where: path, what: `'${name}' cannot be the name of a ${kind}: ${found}.` }];
      };
      return [
        ...NAMED.flatMap(([type, property, kind]) =>
          of(type).flatMap(({ path, properties }) => hit(path, kind, properties[property])),
        ),
        ...of('AWS::ECS::TaskDefinition').flatMap(({ path, properties }) =>
          list(properties['ContainerDefinitions']).flatMap((container) =>
            hit(path, 'container', at(container, 'Name')),
          ),
        ),
      ];
    },
  },
];
