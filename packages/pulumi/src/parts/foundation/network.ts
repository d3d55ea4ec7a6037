import { byKey, entry, type NetworkPlan, type RouteTablePlan, type SubnetTier } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { child, idOf, protectedIn, type Scope, tagsOf } from '../../scope.ts';

/** The VPC with its subnets and the ways in and out. */
export interface Network {
  readonly vpc: aws.ec2.Vpc;
  /** By the plan's subnet key, `private-a`. */
  readonly subnets: Readonly<Record<string, aws.ec2.Subnet>>;
  /** The subnets of a tier, in the plan's order. */
  readonly subnetsOf: (tier: SubnetTier) => readonly aws.ec2.Subnet[];
  readonly routeTables: Readonly<Record<string, aws.ec2.RouteTable>>;
  /** What has to be there before anything can be reached from the internet. */
  readonly internet: readonly pulumi.Resource[];
  /** Routes, and which subnets have them: what has to be there before a task can reach anything. */
  readonly ways: readonly pulumi.Resource[];
}

interface Gateways {
  readonly internetGateway: aws.ec2.InternetGateway;
  readonly nats: Readonly<Record<string, aws.ec2.NatGateway>>;
}

function natGateways(
  scope: Scope,
  plan: NetworkPlan,
  subnets: Readonly<Record<string, aws.ec2.Subnet>>,
  internetGateway: aws.ec2.InternetGateway,
): Gateways['nats'] {
  // An address can only be bound to a gateway while the VPC has its way to the internet.
  const after = { dependsOn: [internetGateway] };
  return byKey(plan.natGateways, (nat) => {
    const address = new aws.ec2.Eip(
      idOf(scope, nat.key),
      { domain: 'vpc', tags: tagsOf(scope, {}, nat.elasticIpName) },
      child(scope, after),
    );
    return new aws.ec2.NatGateway(
      idOf(scope, nat.key),
      {
        allocationId: address.allocationId,
        subnetId: entry(subnets, nat.subnet, 'subnet').id,
        tags: tagsOf(scope, {}, nat.name),
      },
      child(scope, after),
    );
  });
}

function defaultRoute(
  scope: Scope,
  plan: RouteTablePlan,
  table: aws.ec2.RouteTable,
  gateways: Gateways,
): aws.ec2.Route | null {
  if (plan.defaultRoute.to === 'none') return null;
  return new aws.ec2.Route(
    idOf(scope, plan.key),
    {
      routeTableId: table.id,
      destinationCidrBlock: '0.0.0.0/0',
      ...(plan.defaultRoute.to === 'internet-gateway'
        ? { gatewayId: gateways.internetGateway.id }
        : { natGatewayId: entry(gateways.nats, plan.defaultRoute.nat, 'NAT gateway').id }),
    },
    child(scope),
  );
}

/** Creates the VPC, its subnets, gateways and routes. */
export function createNetwork(scope: Scope): Network {
  const plan = scope.plan.network;
  const vpc = new aws.ec2.Vpc(
    idOf(scope, 'vpc'),
    scope.transform('vpc', 'vpc', {
      cidrBlock: plan.cidr,
      enableDnsHostnames: plan.dnsHostnames,
      enableDnsSupport: plan.dnsSupport,
      instanceTenancy: 'default',
      tags: tagsOf(scope, {}, plan.name),
    }),
    child(scope, protectedIn(scope)),
  );
  // With the VPC given, creating the gateway attaches it as well.
  const internetGateway = new aws.ec2.InternetGateway(
    idOf(scope, 'internet-gateway'),
    { vpcId: vpc.id, tags: tagsOf(scope, {}, plan.internetGatewayName) },
    child(scope),
  );
  const subnets = byKey(
    plan.subnets,
    (subnet) =>
      new aws.ec2.Subnet(
        idOf(scope, subnet.key),
        {
          vpcId: vpc.id,
          cidrBlock: subnet.cidr,
          availabilityZone: subnet.zone,
          tags: tagsOf(scope, {}, subnet.name),
        },
        // Its address range is taken while it stands.
        child(scope, { deleteBeforeReplace: true }),
      ),
  );
  const nats = natGateways(scope, plan, subnets, internetGateway);
  const internet: pulumi.Resource[] = [internetGateway];
  const ways: pulumi.Resource[] = [];
  const routeTables = byKey(plan.routeTables, (each) => {
    const table = new aws.ec2.RouteTable(
      idOf(scope, each.key),
      { vpcId: vpc.id, tags: tagsOf(scope, {}, each.name) },
      child(scope),
    );
    const route = defaultRoute(scope, each, table, { internetGateway, nats });
    if (route !== null) ways.push(route);
    if (route !== null && each.defaultRoute.to === 'internet-gateway') internet.push(route);
    for (const subnet of each.subnets)
      ways.push(
        new aws.ec2.RouteTableAssociation(
          idOf(scope, subnet),
          { subnetId: entry(subnets, subnet, 'subnet').id, routeTableId: table.id },
          // A subnet has one table at a time.
          child(scope, { deleteBeforeReplace: true }),
        ),
      );
    return table;
  });
  return {
    vpc,
    subnets,
    subnetsOf: (tier) =>
      plan.subnets.filter((subnet) => subnet.tier === tier).map(({ key }) => entry(subnets, key, 'subnet')),
    routeTables,
    internet,
    ways,
  };
}
