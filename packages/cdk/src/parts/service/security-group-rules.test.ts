import { securityGroupRulesOf } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { build, environments, planOf, resourcesOf, systems } from './testing.ts';

test.each(environments)(
  'each rule between the groups of %s in %s stands in exactly one stack',
  (system, env) => {
    const plan = planOf(systems[system], env);
    const groups = plan.network.securityGroups;
    const all = groups.flatMap(({ key, ingress, egress }) =>
      [
        ...ingress.map((rule) => ['ingress', rule] as const),
        ...egress.map((rule) => ['egress', rule] as const),
      ].flatMap(([direction, { peer, fromPort }]) =>
        peer.kind === 'security-group' ? [`${direction} ${key} ${peer.group} ${fromPort}`] : [],
      ),
    );
    const owners = ['foundation', ...Object.values(plan.services).map((each) => each.securityGroup)];
    const owned = owners.flatMap((owner) =>
      securityGroupRulesOf(groups, owner).flatMap(({ direction, group, peer, rule }) =>
        rule.peer.kind === 'security-group' ? [`${direction} ${group} ${peer} ${rule.fromPort}`] : [],
      ),
    );
    expect([...owned].sort()).toEqual([...all].sort());
  },
);

test('a service may be reached by its load balancer and reach its database, both ways opened', () => {
  const plan = planOf(systems.catalog);
  const stack = build(plan).template('service/catalog');
  const said = (type: string, peer: string) =>
    Object.values(resourcesOf(stack, type)).map(({ Properties }) => {
      const group = (name: string) =>
        /SecurityGroup([A-Za-z]+?)[0-9A-F]{8}/.exec(JSON.stringify(Properties[name]))?.[1];
      return `${group('GroupId')} ${group(peer)} ${Properties['IpProtocol']} ${Properties['FromPort']}-${Properties['ToPort']}`;
    });
  expect(said('AWS::EC2::SecurityGroupIngress', 'SourceSecurityGroupId')).toEqual([
    'ServiceCatalog LoadBalancer tcp 5000-5000',
    'DatabaseProducts ServiceCatalog tcp 5432-5432',
  ]);
  expect(said('AWS::EC2::SecurityGroupEgress', 'DestinationSecurityGroupId')).toEqual([
    'LoadBalancer ServiceCatalog tcp 5000-5000',
    'ServiceCatalog DatabaseProducts tcp 5432-5432',
  ]);
});

test('a call between services is opened at both ends, each in the stack of its own group', () => {
  const { template } = build(planOf(systems.payments));
  const ids = (key: string) => Object.keys(template(`service/${key}`).toJSON()['Resources']).join(' ');
  expect(ids('payment')).toMatch(/IngressServicePaymentServiceOrder/);
  expect(ids('order')).toMatch(/EgressServiceOrderServicePayment/);
  expect(ids('order')).not.toMatch(/IngressServicePayment/);
});
