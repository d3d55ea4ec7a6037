import type {
  EndpointModel,
  NatGatewayModel,
  SecurityGroupModel,
  SecurityGroupRuleModel,
  SubnetModel,
  VpcModel,
} from '../model.ts';
import type { Assembly, Resource } from './assembly.ts';
import { flag, list, number, text } from './json.ts';
import { nameIn, namesIn, pointingAt } from './words.ts';

export function readVpcs(assembly: Assembly): readonly VpcModel[] {
  const attachments = assembly.of('AWS::EC2::VPCGatewayAttachment');
  return assembly.of('AWS::EC2::VPC').map(({ name, properties }) => ({
    name,
    cidr: text(properties, 'CidrBlock') ?? '',
    dnsHostnames: flag(properties, 'EnableDnsHostnames'),
    // On unless switched off.
    dnsSupport: text(properties, 'EnableDnsSupport') !== 'false',
    internetGateways: pointingAt(attachments, 'VpcId', name).flatMap((each) =>
      namesIn(each.properties, 'InternetGatewayId'),
    ),
  }));
}

export function readSubnets(assembly: Assembly): readonly SubnetModel[] {
  const associations = assembly.of('AWS::EC2::SubnetRouteTableAssociation');
  const routes = assembly
    .of('AWS::EC2::Route')
    .filter(({ properties }) => text(properties, 'DestinationCidrBlock') === '0.0.0.0/0');
  return assembly.of('AWS::EC2::Subnet').map(({ name, properties }) => {
    const association = pointingAt(associations, 'SubnetId', name)[0];
    const routeTable = association ? nameIn(text(association.properties, 'RouteTableId')) : null;
    const route = routeTable === null ? undefined : pointingAt(routes, 'RouteTableId', routeTable)[0];
    const nat = text(route?.properties, 'NatGatewayId');
    return {
      name,
      vpc: nameIn(text(properties, 'VpcId')),
      zone: text(properties, 'AvailabilityZone') ?? '',
      cidr: text(properties, 'CidrBlock') ?? '',
      routeTable,
      defaultRoute:
        nat !== null
          ? { to: 'nat-gateway', nat: nameIn(nat) }
          : text(route?.properties, 'GatewayId') !== null
            ? { to: 'internet-gateway' }
            : { to: 'none' },
    };
  });
}

export function readNatGateways(assembly: Assembly): readonly NatGatewayModel[] {
  return assembly.of('AWS::EC2::NatGateway').map(({ name, properties }) => {
    const address = text(properties, 'AllocationId');
    return {
      name,
      subnet: nameIn(text(properties, 'SubnetId')),
      elasticIp: address === null ? null : nameIn(address),
    };
  });
}

function rule(properties: unknown): SecurityGroupRuleModel {
  const group =
    text(properties, 'SourceSecurityGroupId') ?? text(properties, 'DestinationSecurityGroupId') ?? null;
  const cidr = text(properties, 'CidrIp') ?? text(properties, 'CidrIpv6');
  return {
    protocol: text(properties, 'IpProtocol') ?? '',
    fromPort: number(properties, 'FromPort'),
    toPort: number(properties, 'ToPort'),
    peer:
      group !== null
        ? { kind: 'security-group', group: nameIn(group) }
        : cidr !== null
          ? { kind: 'cidr', cidr }
          : { kind: 'other', text: JSON.stringify(properties) },
  };
}

/** CDK writes this rule where a group lets nothing out: it matches no packet. */
const lettingNothingOut = ({ peer }: SecurityGroupRuleModel): boolean =>
  peer.kind === 'cidr' && peer.cidr === '255.255.255.255/32';

export function readSecurityGroups(assembly: Assembly): readonly SecurityGroupModel[] {
  const separate = (type: string, group: string): readonly Resource[] =>
    pointingAt(assembly.of(type), 'GroupId', group);
  return assembly.of('AWS::EC2::SecurityGroup').map(({ name, properties }) => {
    const egress = [
      ...list(properties, 'SecurityGroupEgress'),
      ...separate('AWS::EC2::SecurityGroupEgress', name).map((each) => each.properties),
    ].map(rule);
    return {
      name,
      ingress: [
        ...list(properties, 'SecurityGroupIngress'),
        ...separate('AWS::EC2::SecurityGroupIngress', name).map((each) => each.properties),
      ].map(rule),
      // Without any rule for what goes out, AWS lets everything out.
      egress:
        egress.length === 0
          ? [{ protocol: '-1', fromPort: null, toPort: null, peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }]
          : egress.filter((each) => !lettingNothingOut(each)),
    };
  });
}

export function readEndpoints(assembly: Assembly): readonly EndpointModel[] {
  return assembly.of('AWS::EC2::VPCEndpoint').map(({ properties }) => ({
    service: (text(properties, 'ServiceName') ?? '').replace(/^com\.amazonaws\.[\w-]+\./, ''),
    type: text(properties, 'VpcEndpointType') === 'Interface' ? 'interface' : 'gateway',
    subnets: namesIn(properties, 'SubnetIds'),
    routeTables: namesIn(properties, 'RouteTableIds'),
    securityGroups: namesIn(properties, 'SecurityGroupIds'),
    privateDns: flag(properties, 'PrivateDnsEnabled'),
  }));
}
