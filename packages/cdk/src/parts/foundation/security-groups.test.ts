import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

interface Rule {
  readonly CidrIp?: string;
  readonly IpProtocol: string;
}

function groupsOf(definition: unknown) {
  const resources = partsOf(planOf(definition))
    .template('foundation')
    .findResources('AWS::EC2::SecurityGroup');
  return Object.values(resources).map(({ Properties }) => ({
    description: String(Properties.GroupDescription),
    ingress: (Properties.SecurityGroupIngress ?? []) as readonly Rule[],
    egress: Properties.SecurityGroupEgress as readonly Rule[] | undefined,
  }));
}

describe('security groups', () => {
  it.each(Object.entries({ catalog, payments, shop, storefront }))(
    'of %s are those of the plan, and none lets everything out',
    (_, definition) => {
      const groups = groupsOf(definition);
      expect(groups.map(({ description }) => description)).toEqual(
        planOf(definition).network.securityGroups.map(({ description }) => description),
      );
      for (const { egress } of groups) {
        // No rules at all would be CloudFormation's "everything".
        expect(egress).toHaveLength(1);
        expect(egress?.[0]?.IpProtocol).not.toBe('-1');
      }
    },
  );

  it('let a database answer but never call', () => {
    const [database] = groupsOf(shop).filter(({ description }) => description === 'Database products');
    expect(database).toMatchObject({
      ingress: [],
      egress: [{ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }],
    });
  });

  it('open the load balancer to clients on its ports only', () => {
    partsOf(planOf(catalog))
      .template('foundation')
      .hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupName: 'alb-sg-catalog-dev',
        SecurityGroupIngress: [
          {
            CidrIp: '0.0.0.0/0',
            Description: 'HTTP from clients',
            IpProtocol: 'tcp',
            FromPort: 80,
            ToPort: 80,
          },
          {
            CidrIp: '0.0.0.0/0',
            Description: 'HTTPS from clients',
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
          },
        ],
      });
  });

  it('leave the rules between services to the services', () => {
    const template = partsOf(planOf(payments)).template('foundation');
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
  });

  it('let everything out where the definition says so', () => {
    const services = { api: { ...shop.services['api'], egress: 'all' } };
    partsOf(planOf({ ...shop, services }))
      .template('foundation')
      .hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Tasks of api',
        SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: '-1' })],
      });
  });
});
