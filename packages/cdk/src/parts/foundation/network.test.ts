import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const systems = { catalog, payments, shop, storefront };
const foundationOf = (definition: unknown) => partsOf(planOf(definition)).template('foundation');

function nameOf(properties: { Tags: { Key: string; Value: string }[] }): string {
  return properties.Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}

/** What each subnet's default route leads to, by the subnet's name; null without one. */
function routesBySubnet(template: Template): Record<string, string | null> {
  const all = template.toJSON()['Resources'];
  const routes = Object.values(template.findResources('AWS::EC2::Route'));
  return Object.fromEntries(
    Object.values(template.findResources('AWS::EC2::SubnetRouteTableAssociation')).map(({ Properties }) => {
      const [subnet] = Properties.SubnetId['Fn::GetAtt'];
      const [table] = Properties.RouteTableId['Fn::GetAtt'];
      const route = routes.find((each) => each['Properties'].RouteTableId['Fn::GetAtt'][0] === table);
      const target = route?.['Properties'].GatewayId ?? route?.['Properties'].NatGatewayId;
      return [
        nameOf(all[subnet].Properties),
        target === undefined ? null : nameOf(all[target['Fn::GetAtt'][0]].Properties),
      ];
    }),
  );
}

describe('network', () => {
  it.each(Object.entries(systems))('has exactly the subnets of %s', (_, definition) => {
    const plan = planOf(definition);
    const found = Object.values(foundationOf(definition).findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => [nameOf(Properties), Properties.CidrBlock, Properties.AvailabilityZone],
    );
    expect(found).toEqual(plan.network.subnets.map(({ name, cidr, zone }) => [name, cidr, zone]));
  });

  it('routes public subnets to the internet, private ones to the NAT of their zone, isolated ones nowhere', () => {
    expect(routesBySubnet(foundationOf(catalog))).toEqual({
      'public-subnet-a-catalog-dev': 'internet-gateway-catalog-dev',
      'public-subnet-b-catalog-dev': 'internet-gateway-catalog-dev',
      'public-subnet-c-catalog-dev': 'internet-gateway-catalog-dev',
      'private-subnet-a-catalog-dev': 'nat-a-catalog-dev',
      'private-subnet-b-catalog-dev': 'nat-b-catalog-dev',
      'private-subnet-c-catalog-dev': 'nat-c-catalog-dev',
      'isolated-subnet-a-catalog-dev': null,
      'isolated-subnet-b-catalog-dev': null,
      'isolated-subnet-c-catalog-dev': null,
    });
  });

  it('shares one public route table and has one for each private subnet', () => {
    const template = foundationOf(shop);
    template.resourceCountIs('AWS::EC2::RouteTable', 3);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    template.resourceCountIs('AWS::EC2::EIP', 2);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
  });

  it('creates nothing that would run code, however small', () => {
    for (const definition of Object.values(systems))
      foundationOf(definition).resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('waits for the way to the internet before it needs it', () => {
    const template = foundationOf(catalog);
    const [attachment] = Object.keys(template.findResources('AWS::EC2::VPCGatewayAttachment'));
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP'])
      template.allResources(type, { DependsOn: [attachment] });
    template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      DependsOn: Match.arrayWith([attachment]),
    });
  });

  it('gives endpoints the routes and subnets of the tasks, and lets nobody in by address', () => {
    const template = foundationOf({ ...payments, network: { ...payments.network, endpoints: true } });
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 6);
    const tables = Object.keys(template.findResources('AWS::EC2::RouteTable'));
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      ServiceName: Match.anyValue(),
      RouteTableIds: tables.map((table) => ({ 'Fn::GetAtt': [table, 'RouteTableId'] })),
    });
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.ecr.dkr',
      PrivateDnsEnabled: true,
      SubnetIds: Match.anyValue(),
    });
    const groups = template.findResources('AWS::EC2::SecurityGroup', {
      Properties: { GroupDescription: 'VPC endpoints' },
    });
    expect(Object.values(groups).map(({ Properties }) => Properties.SecurityGroupIngress)).toEqual([
      undefined,
    ]);
  });

  it('writes flow logs with a role that can do nothing else', () => {
    const template = foundationOf({ ...shop, network: { ...shop.network, flowLogs: true } });
    const [logGroup] = Object.keys(
      template.findResources('AWS::Logs::LogGroup', {
        Properties: { LogGroupName: Match.stringLikeRegexp('flow-logs') },
      }),
    );
    template.resourceCountIs('AWS::EC2::FlowLog', 1);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ],
      }),
      Policies: [
        {
          PolicyName: 'flow-logs',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
                Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
              },
            ],
          },
        },
      ],
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });
});
