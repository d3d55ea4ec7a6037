import {
  byKey,
  entry,
  type NetworkPlan,
  type RouteTablePlan,
  type SubnetPlan,
  type SubnetTier,
} from '@breakwater/plan';
import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { constructId } from '../../construct-id.ts';
import { addName } from '../../tags.ts';
import type { ApplyTransform } from '../../transform.ts';

// The VPC itself is an L2 construct. Subnets, gateways and routes are L1: `ec2.Vpc` lays its subnets out itself and gives
// each one a route table of its own, while the plan has exact ranges and route tables that several subnets share.
// They can become L2 when VpcV2, SubnetV2 and RouteTable leave `@aws-cdk/aws-ec2-alpha`.

/** The VPC with its subnets and the ways in and out. */
export interface Network {
  readonly vpc: ec2.Vpc;
  readonly subnets: Readonly<Record<string, ec2.ISubnet>>;
  readonly subnetsOf: (tier: SubnetTier) => ec2.ISubnet[];
  /** What has to be there before anything can be reached from the internet. */
  readonly internet: readonly IDependable[];
}

interface Gateways {
  readonly internetGateway: ec2.CfnInternetGateway;
  readonly attachment: ec2.CfnVPCGatewayAttachment;
  readonly nats: Readonly<Record<string, ec2.CfnNatGateway>>;
}

function internetGateway(scope: Construct, plan: NetworkPlan, vpc: ec2.Vpc) {
  const gateway = new ec2.CfnInternetGateway(scope, 'InternetGateway');
  addName(gateway, plan.internetGatewayName);
  const attachment = new ec2.CfnVPCGatewayAttachment(scope, 'InternetGatewayAttachment', {
    vpcId: vpc.vpcId,
    internetGatewayId: gateway.attrInternetGatewayId,
  });
  return { internetGateway: gateway, attachment };
}

function routeTable(scope: Construct, plan: RouteTablePlan, vpc: ec2.Vpc): ec2.CfnRouteTable {
  const table = new ec2.CfnRouteTable(scope, constructId(plan.key), { vpcId: vpc.vpcId });
  addName(table, plan.name);
  return table;
}

function natGateways(
  scope: Construct,
  plan: NetworkPlan,
  subnets: Readonly<Record<string, ec2.CfnSubnet>>,
  attachment: ec2.CfnVPCGatewayAttachment,
): Gateways['nats'] {
  return byKey(plan.natGateways, (nat) => {
    const address = new ec2.CfnEIP(scope, `${constructId(nat.key)}Address`, { domain: 'vpc' });
    addName(address, nat.elasticIpName);
    // An address can only be bound to a gateway while the VPC has its way to the internet.
    address.addResourceDependency(attachment);
    const gateway = new ec2.CfnNatGateway(scope, constructId(nat.key), {
      allocationId: address.attrAllocationId,
      subnetId: entry(subnets, nat.subnet, 'subnet').attrSubnetId,
    });
    gateway.addResourceDependency(attachment);
    addName(gateway, nat.name);
    return gateway;
  });
}

function defaultRoute(
  scope: Construct,
  plan: RouteTablePlan,
  table: ec2.CfnRouteTable,
  gateways: Gateways,
): ec2.CfnRoute | null {
  const props = { routeTableId: table.attrRouteTableId, destinationCidrBlock: '0.0.0.0/0' };
  switch (plan.defaultRoute.to) {
    case 'internet-gateway': {
      const route = new ec2.CfnRoute(scope, constructId(plan.key), {
        ...props,
        gatewayId: gateways.internetGateway.attrInternetGatewayId,
      });
      route.addResourceDependency(gateways.attachment);
      return route;
    }
    case 'nat-gateway':
      return new ec2.CfnRoute(scope, constructId(plan.key), {
        ...props,
        natGatewayId: entry(gateways.nats, plan.defaultRoute.nat, 'NAT gateway').attrNatGatewayId,
      });
    case 'none':
      return null;
  }
}

function subnetResource(scope: Construct, plan: SubnetPlan, vpc: ec2.Vpc): ec2.CfnSubnet {
  const subnet = new ec2.CfnSubnet(scope, constructId(plan.key), {
    vpcId: vpc.vpcId,
    cidrBlock: plan.cidr,
    availabilityZone: plan.zone,
  });
  addName(subnet, plan.name);
  // cfn-lint, and CloudFormation's validation in the CDK, advise against zones by name (W3010). These are the definition's: an
  // address range stays in its zone.
  subnet.addMetadata('cfn-lint', { config: { ignore_checks: ['W3010'] } });
  Validations.of(subnet).acknowledge({
    id: 'CloudFormation-Validate::W3010',
    reason: 'The zones are the definition’s: an address range stays in its zone.',
  });
  return subnet;
}

/** Creates the VPC, its subnets, gateways and routes. */
export function createNetwork(scope: Construct, plan: NetworkPlan, transform: ApplyTransform): Network {
  const vpc = new ec2.Vpc(
    scope,
    'Vpc',
    transform('vpc', 'vpc', {
      vpcName: plan.name,
      ipAddresses: ec2.IpAddresses.cidr(plan.cidr),
      availabilityZones: [...plan.zones],
      enableDnsHostnames: plan.dnsHostnames,
      enableDnsSupport: plan.dnsSupport,
      subnetConfiguration: [],
      natGateways: 0,
      createInternetGateway: false,
      // The default group is used by nothing; emptying it takes a Lambda function with rights on security groups.
      restrictDefaultSecurityGroup: false,
    }),
  );
  const under = (id: string) => new Construct(scope, id);
  const { internetGateway: gateway, attachment } = internetGateway(scope, plan, vpc);
  const subnetScope = under('Subnet');
  const resources = byKey(plan.subnets, (subnet) => subnetResource(subnetScope, subnet, vpc));
  const nats = natGateways(under('NatGateway'), plan, resources, attachment);

  const tableScope = under('RouteTable');
  const routeScope = under('Route');
  const associationScope = under('RouteTableAssociation');
  const tables = byKey(plan.routeTables, (each) => routeTable(tableScope, each, vpc));
  const tableOfSubnet = new Map<string, ec2.CfnRouteTable>();
  const internet: IDependable[] = [attachment];
  for (const each of plan.routeTables) {
    const table = entry(tables, each.key, 'route table');
    const route = defaultRoute(routeScope, each, table, { internetGateway: gateway, attachment, nats });
    if (route !== null && each.defaultRoute.to === 'internet-gateway') internet.push(route);
    for (const subnet of each.subnets) {
      tableOfSubnet.set(subnet, table);
      new ec2.CfnSubnetRouteTableAssociation(associationScope, constructId(subnet), {
        subnetId: entry(resources, subnet, 'subnet').attrSubnetId,
        routeTableId: table.attrRouteTableId,
      });
    }
  }

  const importScope = under('SubnetReference');
  const subnets = byKey(plan.subnets, ({ key, zone, cidr }): ec2.ISubnet => {
    const table = tableOfSubnet.get(key);
    return ec2.Subnet.fromSubnetAttributes(importScope, constructId(key), {
      subnetId: entry(resources, key, 'subnet').attrSubnetId,
      availabilityZone: zone,
      ipv4CidrBlock: cidr,
      ...(table === undefined ? {} : { routeTableId: table.attrRouteTableId }),
    });
  });
  const subnetsOf = (tier: SubnetTier) =>
    plan.subnets.filter((subnet) => subnet.tier === tier).map(({ key }) => entry(subnets, key, 'subnet'));
  return { vpc, subnets, subnetsOf, internet };
}
