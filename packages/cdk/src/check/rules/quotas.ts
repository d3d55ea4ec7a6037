import type { CheckedSystem, Resource } from '../checked-system.ts';
import { at, fields, list } from '../json.ts';
import type { Hit, Rule } from '../rule.ts';

/** Limits of AWS that a template alone can break. `adjustable`: AWS raises it when asked. Sources: the quota pages of each service. */
export const QUOTAS = {
  rulesPerLoadBalancer: { maximum: 100, adjustable: true, what: 'listener rules of a load balancer' },
  targetGroupsPerLoadBalancer: { maximum: 100, adjustable: false, what: 'target groups of a load balancer' },
  targetGroupsPerService: { maximum: 5, adjustable: false, what: 'target groups of a service' },
  resourcesPerStack: { maximum: 500, adjustable: false, what: 'resources of a stack' },
  outputsPerStack: { maximum: 200, adjustable: false, what: 'outputs of a stack' },
  templateBytes: { maximum: 1_000_000, adjustable: false, what: 'bytes of a template' },
  rulesPerSecurityGroup: {
    maximum: 60,
    adjustable: true,
    what: 'rules of a security group in one direction',
  },
  containersPerTask: { maximum: 10, adjustable: false, what: 'containers of a task' },
  taskDefinitionBytes: { maximum: 65_536, adjustable: false, what: 'bytes of a task definition' },
  inlinePolicyCharacters: {
    maximum: 10_240,
    adjustable: false,
    what: "characters of a role's inline policies",
  },
  trustPolicyCharacters: { maximum: 2048, adjustable: true, what: 'characters of a trust policy' },
  elasticIps: { maximum: 5, adjustable: true, what: 'elastic IP addresses of an account in a Region' },
} as const;

interface Count {
  readonly quota: keyof typeof QUOTAS;
  readonly where: string;
  readonly count: number;
}

const bytes = (value: unknown) => JSON.stringify(value ?? '').length;

function rulesByGroup({ of }: CheckedSystem, direction: 'Ingress' | 'Egress'): readonly Count[] {
  const counts = new Map<string, { readonly where: string; count: number }>();
  const add = (group: unknown, where: string, count: number) => {
    const key = JSON.stringify(group);
    const known = counts.get(key) ?? { where, count: 0 };
    known.count += count;
    counts.set(key, known);
  };
  for (const { logicalId, path, properties } of of('AWS::EC2::SecurityGroup'))
    add({ 'Fn::GetAtt': [logicalId, 'GroupId'] }, path, list(properties[`SecurityGroup${direction}`]).length);
  for (const { path, properties } of of(`AWS::EC2::SecurityGroup${direction}`)) {
    // The group of another stack is asked for by its output, whose name holds the group's logical id.
    const id = /Output(?:FnGetAtt)(\w+?)GroupId/.exec(JSON.stringify(properties['GroupId']))?.[1];
    add(id === undefined ? properties['GroupId'] : { 'Fn::GetAtt': [id, 'GroupId'] }, path, 1);
  }
  return [...counts.values()].map((each) => ({ quota: 'rulesPerSecurityGroup', ...each }));
}

function perTemplate({ templates }: CheckedSystem): readonly Count[] {
  return templates.flatMap(({ stack, template }) => [
    {
      quota: 'resourcesPerStack',
      where: stack,
      count: Object.keys(fields(at(template, 'Resources'))).length,
    },
    { quota: 'outputsPerStack', where: stack, count: Object.keys(fields(at(template, 'Outputs'))).length },
    { quota: 'templateBytes', where: stack, count: bytes(template) },
  ]);
}

function policyLength({ of }: CheckedSystem, role: Resource): number {
  const inline = [
    ...list(role.properties['Policies']).map((policy) => at(policy, 'PolicyDocument')),
    ...of('AWS::IAM::Policy').flatMap(({ stack, properties }) =>
      stack === role.stack && list(properties['Roles']).some((each) => at(each, 'Ref') === role.logicalId)
        ? [properties['PolicyDocument']]
        : [],
    ),
  ];
  return inline.reduce<number>((sum, document) => sum + bytes(document), 0);
}

function counted(system: CheckedSystem): readonly Count[] {
  const { of, plan } = system;
  const entry = 'loadBalancer';
  return [
    {
      quota: 'rulesPerLoadBalancer',
      where: entry,
      count: of('AWS::ElasticLoadBalancingV2::ListenerRule').length,
    },
    {
      quota: 'targetGroupsPerLoadBalancer',
      where: entry,
      count: of('AWS::ElasticLoadBalancingV2::TargetGroup').length,
    },
    ...perTemplate(system),
    ...rulesByGroup(system, 'Ingress'),
    ...rulesByGroup(system, 'Egress'),
    ...of('AWS::ECS::Service').map(
      ({ path, properties }): Count => ({
        quota: 'targetGroupsPerService',
        where: path,
        count: list(properties['LoadBalancers']).length,
      }),
    ),
    ...of('AWS::ECS::TaskDefinition').flatMap(({ path, properties }): readonly Count[] => [
      { quota: 'containersPerTask', where: path, count: list(properties['ContainerDefinitions']).length },
      { quota: 'taskDefinitionBytes', where: path, count: bytes(properties) },
    ]),
    ...of('AWS::IAM::Role').flatMap((role): readonly Count[] => [
      {
        quota: 'trustPolicyCharacters',
        where: role.path,
        count: bytes(role.properties['AssumeRolePolicyDocument']),
      },
      { quota: 'inlinePolicyCharacters', where: role.path, count: policyLength(system, role) },
    ]),
    { quota: 'elasticIps', where: 'network.nat', count: plan.network.natGateways.length },
  ];
}

/** Rules about limits of AWS. */
export const QUOTA_RULES: readonly Rule[] = [
  {
    id: 'check/quota',
    severity: 'error',
    title: 'Limit of AWS',
    why: 'AWS refuses what is above, in the middle of a deployment.',
    fix: 'Divide it.',
    find: (system) =>
      counted(system).flatMap(({ quota, where, count }): readonly Hit[] => {
        const { maximum, adjustable, what } = QUOTAS[quota];
        if (count <= maximum * 0.8) return [];
        const over = count > maximum;
        return [
          {
            where,
            what: `${count} ${what}; the limit is ${maximum}${adjustable ? ' unless AWS has raised it' : ''}.`,
            severity: over ? (adjustable ? 'warning' : 'error') : 'info',
            fix: adjustable ? 'Ask for more in Service Quotas, or divide it.' : 'Divide it.',
          },
        ];
      }),
  },
  {
    id: 'check/elastic-ips',
    severity: 'info',
    title: 'Elastic IP addresses',
    why: 'An account begins with five in each Region; a second environment beside this one may find too few.',
    fix: "Ask for more in Service Quotas before that, or use network: { nat: 'single' } where it does not matter.",
    find: ({ plan: { network } }) => {
      const count = network.natGateways.length;
      const { maximum } = QUOTAS.elasticIps;
      return count * 2 > maximum && count <= maximum * 0.8
        ? [
            {
              where: 'network.nat',
              what: `The NAT gateways take ${count} of ${maximum} elastic IP addresses.`,
            },
          ]
        : [];
    },
  },
];
