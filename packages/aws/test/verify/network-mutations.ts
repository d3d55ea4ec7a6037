import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  ModifyVpcAttributeCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type Rule,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { present } from '../../src/verify/outcome.ts';
import type { Deployed } from './deployed.ts';
import type { Mutation } from './mutation.ts';

async function groupId({ look }: Deployed, name: string): Promise<string> {
  const groups = await look().network.securityGroups();
  return present(groups.find(({ GroupName }) => GroupName === name)?.GroupId, name);
}

async function privateTable({ look }: Deployed, subnet: string) {
  const live = look();
  const id = (await live.network.subnetIds()).get(subnet);
  const table = (await live.network.routeTables()).find(({ Associations }) =>
    Associations?.some(({ SubnetId }) => SubnetId === id),
  );
  const route = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  return {
    RouteTableId: present(table?.RouteTableId, 'route table'),
    NatGatewayId: present(route?.NatGatewayId, 'route'),
    DestinationCidrBlock: '0.0.0.0/0',
  };
}

async function listenerAndRule({ look }: Deployed): Promise<{ listener: string; rule: Rule }> {
  const { loadBalancing } = look();
  const [listener] = await loadBalancing.listeners();
  const rules = await loadBalancing.rules(present(listener?.ListenerArn, 'listener'));
  return {
    listener: present(listener?.ListenerArn, 'listener'),
    rule: present(
      rules.find(({ IsDefault }) => !IsDefault),
      'rule',
    ),
  };
}

const everywhere = (FromPort: number) => [
  { IpProtocol: 'tcp', FromPort, ToPort: FromPort, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
];

/** Changes of the catalogue's network and of its entry. */
export const NETWORK_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a rule of a security group is removed',
    caughtBy: ['security-groups.service/catalog.ingress'],
    change: async (deployed) => {
      const { ec2 } = deployed.clients;
      const GroupId = await groupId(deployed, 'service-sg-catalog-dev');
      const groups = await deployed.look().network.securityGroups();
      const IpPermissions = groups.find((group) => group.GroupId === GroupId)?.IpPermissions;
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
      return () => ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    },
  },
  {
    name: 'the database is opened to the world',
    caughtBy: ['security-groups.database/products.ingress'],
    change: async (deployed) => {
      const { ec2 } = deployed.clients;
      const input = {
        GroupId: await groupId(deployed, 'database-sg-products-dev'),
        IpPermissions: everywhere(5432),
      };
      await ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
      return () => ec2.send(new RevokeSecurityGroupIngressCommand(input));
    },
  },
  {
    name: 'tasks may call anything on port 25',
    caughtBy: ['security-groups.service/catalog.egress'],
    change: async (deployed) => {
      const { ec2 } = deployed.clients;
      const input = {
        GroupId: await groupId(deployed, 'service-sg-catalog-dev'),
        IpPermissions: everywhere(25),
      };
      await ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
      return () => ec2.send(new RevokeSecurityGroupEgressCommand(input));
    },
  },
  {
    name: 'a NAT gateway is deleted',
    caughtBy: ['network.nat-gateways', 'network.routes.private-a'],
    change: async (deployed) => {
      const { ec2 } = deployed.clients;
      const { NatGatewayId, ...route } = await privateTable(deployed, 'private-a');
      const gateway = (await deployed.look().network.natGateways()).find(
        (one) => one.NatGatewayId === NatGatewayId,
      );
      await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
      return async () => {
        const { NatGateway } = await ec2.send(
          new CreateNatGatewayCommand({
            SubnetId: gateway?.SubnetId,
            // Its own address stays with the deleted one for a while.
            AllocationId: (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId,
          }),
        );
        await ec2.send(new ReplaceRouteCommand({ ...route, NatGatewayId: NatGateway?.NatGatewayId }));
      };
    },
  },
  {
    name: 'a route to a NAT gateway is deleted',
    caughtBy: ['network.routes.private-b'],
    change: async (deployed) => {
      const { ec2 } = deployed.clients;
      const route = await privateTable(deployed, 'private-b');
      const { RouteTableId, DestinationCidrBlock } = route;
      await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
      return () => ec2.send(new CreateRouteCommand(route));
    },
  },
  {
    name: 'host names are switched off in the VPC',
    caughtBy: ['network.dns'],
    change: async ({ clients: { ec2 }, look }) => {
      const VpcId = await look().network.vpcId();
      const set = (Value: boolean) =>
        ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value } }));
      await set(false);
      return () => set(true);
    },
  },
  {
    name: 'a subnet is added',
    caughtBy: ['network.subnets'],
    change: async ({ clients: { ec2 }, look }) => {
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: await look().network.vpcId(),
          CidrBlock: '10.0.200.0/24',
          AvailabilityZone: 'ap-southeast-2a',
        }),
      );
      return () => ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    },
  },
  {
    name: 'a tag of the VPC is removed',
    caughtBy: ['tags.vpc'],
    change: async ({ clients: { ec2 }, look }) => {
      const Resources = [await look().network.vpcId()];
      await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'Project' }] }));
      return () =>
        ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'Project', Value: 'catalog' }] }));
    },
  },
  {
    name: 'the health check asks another path',
    caughtBy: ['target-groups.catalog.blue.health-check'],
    change: async ({ clients: { loadBalancing }, look }) => {
      const { TargetGroupArn } = await look().loadBalancing.targetGroup('tg-catalog-dev');
      const set = (HealthCheckPath: string) =>
        loadBalancing.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath }));
      await set('/');
      return () => set('/health');
    },
  },
  {
    name: 'targets drain for longer',
    caughtBy: ['target-groups.catalog.green.attributes'],
    change: async ({ clients: { loadBalancing }, look }) => {
      const { TargetGroupArn } = await look().loadBalancing.targetGroup('tg-green-catalog-dev');
      const set = (Value: string) =>
        loadBalancing.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn,
            Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value }],
          }),
        );
      await set('300');
      return () => set('30');
    },
  },
  {
    name: 'invalid headers are let through',
    caughtBy: ['load-balancer.attributes'],
    change: async ({ clients: { loadBalancing }, look }) => {
      const LoadBalancerArn = await look().loadBalancing.arn();
      const set = (Value: string) =>
        loadBalancing.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn,
            Attributes: [{ Key: 'routing.http.drop_invalid_header_fields.enabled', Value }],
          }),
        );
      await set('false');
      return () => set('true');
    },
  },
  {
    name: 'a listener rule is deleted',
    caughtBy: ['load-balancer.rules.http'],
    change: async (deployed) => {
      const { loadBalancing } = deployed.clients;
      const { listener, rule } = await listenerAndRule(deployed);
      await loadBalancing.send(new DeleteRuleCommand({ RuleArn: rule.RuleArn }));
      return () =>
        loadBalancing.send(
          new CreateRuleCommand({
            ListenerArn: listener,
            Priority: Number(rule.Priority),
            Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health', '/api/*'] } }],
            Actions: rule.Actions,
          }),
        );
    },
  },
  {
    name: 'a listener rule gets another priority',
    caughtBy: ['load-balancer.rules.http'],
    change: async (deployed) => {
      const { RuleArn, Priority: before } = (await listenerAndRule(deployed)).rule;
      const set = (Priority: number) =>
        deployed.clients.loadBalancing.send(
          new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority }] }),
        );
      await set(77);
      return () => set(Number(before));
    },
  },
  {
    name: 'a listener rule is added',
    caughtBy: ['load-balancer.rules.http'],
    change: async (deployed) => {
      const { loadBalancing } = deployed.clients;
      const { listener, rule } = await listenerAndRule(deployed);
      const { Rules } = await loadBalancing.send(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority: 5,
          Conditions: [{ Field: 'path-pattern', Values: ['/admin/*'] }],
          Actions: rule.Actions,
        }),
      );
      return () => loadBalancing.send(new DeleteRuleCommand({ RuleArn: Rules?.[0]?.RuleArn }));
    },
  },
  {
    name: 'unknown paths get another answer',
    caughtBy: ['load-balancer.listeners'],
    change: async ({ clients: { loadBalancing }, look }) => {
      const [listener] = await look().loadBalancing.listeners();
      const ListenerArn = listener?.ListenerArn;
      await loadBalancing.send(
        new ModifyListenerCommand({
          ListenerArn,
          DefaultActions: [
            {
              Type: 'fixed-response',
              FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: 'ok' },
            },
          ],
        }),
      );
      return () =>
        loadBalancing.send(
          new ModifyListenerCommand({ ListenerArn, DefaultActions: listener?.DefaultActions }),
        );
    },
  },
  {
    name: 'targets fail their health check',
    caughtBy: ['target-groups.catalog.health'],
    change: async ({ emulator }) => {
      await emulator.behave({ targetHealth: 'unhealthy' });
      return () => emulator.behave({});
    },
  },
  {
    name: 'CloudFormation finds a resource that is not as its template says',
    caughtBy: ['stacks.foundation.drift'],
    change: async ({ clients: { cloudFormation }, emulator, plan }) => {
      const StackName = plan.stacks.find(({ key }) => key === 'foundation')?.name;
      const { StackResources } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
      const vpc = StackResources?.find(({ ResourceType }) => ResourceType === 'AWS::EC2::VPC');
      // The emulator compares nothing: what has drifted is what it is told.
      await emulator.behave({ drifted: [present(vpc?.LogicalResourceId, 'VPC in the stack')] });
      return () => emulator.behave({});
    },
  },
];
