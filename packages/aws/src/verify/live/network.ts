import {
  DescribeFlowLogsCommand,
  DescribeInternetGatewaysCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import type { Plan } from '@breakwater/plan';
import { once, orNull } from '../once.ts';
import { present } from '../outcome.ts';
import type { Clients } from './clients.ts';
import { collect } from './pages.ts';

/** Reads the network: the VPC that the outputs name, else the one with the plan's name, and what is in it. */
export type NetworkReader = ReturnType<typeof readNetwork>;

/** See {@link NetworkReader}. */
export function readNetwork({ ec2 }: Clients, plan: Plan, outputs: Readonly<Record<string, string>>) {
  const vpc = once(async () => {
    const id = outputs[outputKey(plan) ?? ''];
    const byId =
      id === undefined
        ? null
        : await orNull(['InvalidVpcID.NotFound'], ec2.send(new DescribeVpcsCommand({ VpcIds: [id] })));
    if (byId?.Vpcs?.[0] !== undefined) return byId.Vpcs[0];
    const byName = await ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: [plan.network.name] }] }),
    );
    return byName.Vpcs?.[0] ?? null;
  });
  const vpcId = once(async () => present((await vpc())?.VpcId, `VPC ${plan.network.name}`));
  const inVpc = async (name = 'vpc-id') => ({ Filters: [{ Name: name, Values: [await vpcId()] }] });
  const page = { client: ec2 };

  const subnets = once(async () =>
    collect(paginateDescribeSubnets(page, await inVpc()), ({ Subnets }) => Subnets),
  );
  const securityGroups = once(async () =>
    collect(paginateDescribeSecurityGroups(page, await inVpc()), ({ SecurityGroups }) => SecurityGroups),
  );
  return {
    vpc,
    vpcId,
    attribute: async (attribute: 'enableDnsHostnames' | 'enableDnsSupport'): Promise<boolean> => {
      const answer = await ec2.send(
        new DescribeVpcAttributeCommand({ VpcId: await vpcId(), Attribute: attribute }),
      );
      const value = attribute === 'enableDnsHostnames' ? answer.EnableDnsHostnames : answer.EnableDnsSupport;
      return value?.Value ?? false;
    },
    subnets,
    /** Ids of the plan's subnets, by their keys: found by their address ranges, which no two share. */
    subnetIds: once(async () => {
      const live = await subnets();
      return new Map(
        plan.network.subnets.flatMap(({ key, cidr }) => {
          const id = live.find(({ CidrBlock }) => CidrBlock === cidr)?.SubnetId;
          return id === undefined ? [] : [[key, id] as const];
        }),
      );
    }),
    routeTables: once(async () =>
      collect(paginateDescribeRouteTables(page, await inVpc()), ({ RouteTables }) => RouteTables),
    ),
    /** Those that serve: not the deleted ones, which AWS shows for about an hour. */
    natGateways: once(async () => {
      const { Filters } = await inVpc();
      const all = await collect(
        paginateDescribeNatGateways(page, { Filter: Filters }),
        ({ NatGateways }) => NatGateways,
      );
      return all.filter(({ State }) => State !== 'deleted' && State !== 'deleting');
    }),
    internetGateways: once(async () => {
      const answer = await ec2.send(new DescribeInternetGatewaysCommand(await inVpc('attachment.vpc-id')));
      return answer.InternetGateways ?? [];
    }),
    endpoints: once(async () => {
      const answer = await ec2.send(new DescribeVpcEndpointsCommand(await inVpc()));
      // AWS writes these states in capitals or not, against its own documentation.
      return (answer.VpcEndpoints ?? []).filter(
        ({ State }) => !['deleted', 'deleting'].includes(State?.toLowerCase() ?? ''),
      );
    }),
    flowLogs: once(async () => {
      const { Filters } = await inVpc('resource-id');
      return (await ec2.send(new DescribeFlowLogsCommand({ Filter: Filters }))).FlowLogs ?? [];
    }),
    securityGroups,
    /** Keys of the plan's security groups by their ids: found by their names, which no two of a VPC share. */
    securityGroupKeys: once(async () => {
      const live = await securityGroups();
      return new Map(
        plan.network.securityGroups.flatMap(({ key, name }) => {
          const id = live.find(({ GroupName }) => GroupName === name)?.GroupId;
          return id === undefined ? [] : [[id, key] as const];
        }),
      );
    }),
  };
}

function outputKey(plan: Plan): string | undefined {
  return plan.outputs.find(({ value }) => value.kind === 'network')?.key;
}
