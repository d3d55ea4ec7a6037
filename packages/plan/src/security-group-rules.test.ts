import { expect, test } from 'vitest';
import { planOf, systems } from '../test/systems.ts';
import { securityGroupRulesOf } from './security-group-rules.ts';

test('each rule of a plan belongs to one part, and to none twice', () => {
  for (const definition of Object.values(systems)) {
    const plan = planOf(definition, 'dev');
    const groups = plan.network.securityGroups;
    const owners = ['foundation', ...Object.values(plan.services).map((each) => each.securityGroup)];
    const keys = owners.flatMap((owner) => securityGroupRulesOf(groups, owner).map(({ key }) => key));
    expect(keys.length).toBe(new Set(keys).size);
    expect(keys.length).toBe(groups.flatMap(({ ingress, egress }) => [...ingress, ...egress]).length);
  }
});

test('a rule between two services is the matter of the group that it stands in', () => {
  const plan = planOf(systems['payments'], 'dev');
  const between = securityGroupRulesOf(plan.network.securityGroups, 'service/order').filter(
    ({ group, peer }) => group.startsWith('service/') && peer.startsWith('service/'),
  );
  expect(between.map(({ direction, group, peer }) => `${direction} ${group} ${peer}`)).toContain(
    'egress service/order service/payment',
  );
  for (const { group } of between) expect(group).toBe('service/order');
});

test('where a group lets everything out, the foundation says nothing more of it', () => {
  const everything = {
    protocol: 'all',
    fromPort: 0,
    toPort: 65535,
    peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
    description: 'everything',
  } as const;
  const narrow = { ...everything, protocol: 'tcp', fromPort: 443, toPort: 443 } as const;
  const group = { key: 'open', name: 'open', description: 'open', ingress: [], egress: [narrow, everything] };
  expect(securityGroupRulesOf([group], 'foundation').map(({ rule }) => rule)).toEqual([everything]);
});
