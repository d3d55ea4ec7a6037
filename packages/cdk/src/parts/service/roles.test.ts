import { expect, test } from 'vitest';
import {
  build,
  environments,
  planOf,
  planOfService,
  type Resource,
  resourcesOf,
  systems,
} from './testing.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: string;
  readonly Resource: unknown;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The statements of a role by its name; the template's own JSON, whose shape is this one. */
function statementsOf(roles: readonly Resource[], name: string): readonly Statement[] {
  const role = roles.find(({ Properties }) => Properties['RoleName'] === name);
  if (role === undefined) throw new Error(`no role ${name}`);
  const policies = (role.Properties['Policies'] ?? []) as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

test.each(environments)('roles of %s in %s may do what the plan grants and nothing else', (system, env) => {
  const plan = planOf(systems[system], env);
  const { template } = build(plan);
  for (const [key, service] of Object.entries(plan.services)) {
    const roles = Object.values(resourcesOf(template(`service/${key}`), 'AWS::IAM::Role'));
    for (const { name, grants } of [service.executionRole, service.taskRole]) {
      const statements = statementsOf(roles, name);
      const granted = statements.flatMap(({ Action }) => list(Action)).sort();
      expect(granted).toEqual([...new Set(grants.flatMap(({ actions }) => actions))].sort());
      // A wildcard only where the plan says that AWS allows nothing narrower.
      const anywhere = statements.filter(({ Resource }) => list(Resource).includes('*'));
      expect(anywhere.flatMap(({ Action }) => list(Action)).sort()).toEqual(
        grants.flatMap(({ resource, actions }) => (resource.kind === 'any' ? actions : [])).sort(),
      );
    }
  }
});

test('only ECS tasks of this account and region may take the roles of tasks', () => {
  const { template } = build(planOfService({}));
  const roles = Object.values(resourcesOf(template('service/api'), 'AWS::IAM::Role'));
  expect(roles).toHaveLength(2);
  for (const { Properties } of roles) {
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': [
                  '',
                  [expect.stringMatching(/:ecs:eu-west-1:$/), { Ref: 'AWS::AccountId' }, ':*'],
                ],
              },
            },
          },
        },
      ],
    });
  }
});

test('ECS gets a role of its own for moving traffic and for certificates, with the policies that AWS keeps for each', () => {
  const { template } = build(
    planOfService(
      { deployment: 'blue-green', connect: true },
      {
        connect: {
          certificateAuthority:
            'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555',
        },
      },
    ),
  );
  const role = Object.values(resourcesOf(template('service/api'), 'AWS::IAM::Role')).find(({ Properties }) =>
    JSON.stringify(Properties['AssumeRolePolicyDocument']).includes('"ecs.amazonaws.com"'),
  );
  const policies = JSON.stringify(role?.Properties['ManagedPolicyArns']);
  expect(policies).toContain(':iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"');
  expect(policies).toContain(
    ':iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity"',
  );
});

test('grants on a table reach its indexes by name', () => {
  const plan = planOfService(
    { uses: ['orders'] },
    {
      stores: {
        orders: {
          kind: 'table',
          partitionKey: 'pk',
          indexes: { 'by-customer': { partitionKey: 'customer' } },
        },
      },
    },
  );
  const roles = JSON.stringify(resourcesOf(build(plan).template('service/api'), 'AWS::IAM::Role'));
  expect(roles).toContain('/index/by-customer');
  expect(roles).not.toContain('/index/*');
});
