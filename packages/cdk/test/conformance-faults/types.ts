import { type Fault, find } from './fault.ts';

// Types and paths that faults are made at.

export const SERVICE = 'AWS::ECS::Service';
export const TASK = 'AWS::ECS::TaskDefinition';
export const CLUSTER = 'AWS::ECS::Cluster';
export const REPOSITORY = 'AWS::ECR::Repository';
export const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
export const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
export const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
export const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
export const AURORA = 'AWS::RDS::DBCluster';
export const INSTANCE = 'AWS::RDS::DBInstance';
export const PARAMETERS = 'AWS::RDS::DBClusterParameterGroup';
export const ROLE = 'AWS::IAM::Role';
export const SCALING = 'AWS::ApplicationAutoScaling::ScalableTarget';
export const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
export const ALARM = 'AWS::CloudWatch::Alarm';
export const BUCKET = 'AWS::S3::Bucket';
export const TABLE = 'AWS::DynamoDB::GlobalTable';
export const SECRET = 'AWS::SecretsManager::Secret';
export const LOGS = 'AWS::Logs::LogGroup';
export const SUBNET = 'AWS::EC2::Subnet';
export const ROUTE = 'AWS::EC2::Route';
export const INGRESS = 'AWS::EC2::SecurityGroupIngress';
export const KEY = 'AWS::KMS::Key';
export const DASHBOARD = 'AWS::CloudWatch::Dashboard';

export type Stacks = Parameters<Fault['change']>[0];

export const P = 'Properties';
export const CONTAINER = `${P}.ContainerDefinitions.0`;
export const TRACKING = `${P}.TargetTrackingScalingPolicyConfiguration`;
/** The stack of that name alone. */
export const of = (name: string, stacks: Stacks): Stacks =>
  stacks.filter(({ stackName }) => stackName.endsWith(name));
export const statement = (index: number) => `${P}.Policies.0.PolicyDocument.Statement.${index}`;

/** Takes every widget that shows a metric off the dashboard. */
export const without = (metric: string) => (stacks: Stacks) => {
  const dashboard = find(stacks, DASHBOARD);
  const text = JSON.stringify(dashboard).replaceAll(metric, 'SomethingElse');
  Object.assign(dashboard, JSON.parse(text));
};
