import { isStaged } from '@breakwater/plan';
import { guardedKind } from '../stacks/template.ts';
import type { ChangeContext, RawChange } from './changes.ts';

/** Where requests go through, or what the tasks need while they answer them. */
const IN_THE_WAY = new Set([
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::Cluster',
  'AWS::ECS::Service',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ServiceDiscovery::HttpNamespace',
  'AWS::ServiceDiscovery::PrivateDnsNamespace',
]);

/** Properties whose change in place restarts or stops what has them. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html */
const RESTARTS: Readonly<Record<string, ReadonlySet<string>>> = {
  'AWS::RDS::DBInstance': new Set(['DBInstanceClass', 'EngineVersion', 'DBParameterGroupName', 'Port']),
  'AWS::RDS::DBCluster': new Set(['EngineVersion', 'Port']),
  'AWS::ElasticLoadBalancingV2::Listener': new Set(['Port', 'Protocol']),
};

/** Whether a change takes something away, for a while or for good, that requests need. */
export function interruptionOf(
  { resource, old, action, properties }: RawChange,
  { plan, stack }: ChangeContext,
): boolean {
  const type = resource.Type;
  if (action === 'create' || action === 'release') return false;
  if (type === 'AWS::ECS::TaskDefinition') {
    const service = stack?.startsWith('service/')
      ? plan?.services[stack.slice('service/'.length)]
      : undefined;
    return (
      action !== 'delete' &&
      service !== undefined &&
      !isStaged(service.deployment.strategy) &&
      service.deployment.minimumHealthyPercent === 0
    );
  }
  if (action === 'update') return properties.some((property) => RESTARTS[type]?.has(property) ?? false);
  if (action === 'delete' && type === 'AWS::ElasticLoadBalancingV2::ListenerRule') return true;
  if (guardedKind(old ?? resource) === 'image repository') return false;
  return IN_THE_WAY.has(type) || guardedKind(old ?? resource) !== null;
}
